texts => {
  const shown = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent.closest('textarea,script,style,template,noscript') && parent.checkVisibility()) {
      shown.push(node.data);
    }
  }
  const whole = shown.join(' ').replace(/\s+/g, ' ');
  return texts.every(text => whole.includes(text));
}
