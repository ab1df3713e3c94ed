async dark => {
  const frame = () => new Promise(end => {
    setTimeout(end, 100);
    requestAnimationFrame(() => end());
  });
  // axe needs some milliseconds for each element. A larger page is judged by parts that are spread
  // evenly over it.
  const large = 2000;
  const most = 800;
  const part = 150;
  const size = element => element.getElementsByTagName('*').length + 1;
  const parts = element => size(element) <= part || !element.children.length
    ? [element]
    : [...element.children].flatMap(parts);
  const sample = () => {
    const all = parts(document.body);
    const step = Math.max(1, Math.ceil(size(document.body) / most));
    const chosen = [];
    let sum = 0;
    for (let i = 0; i < all.length && sum < most; i += step) {
      chosen.push(all[i]);
      sum += size(all[i]);
    }
    return chosen;
  };
  await frame();
  for (const animation of document.getAnimations()) {
    if (animation.effect && animation.effect.getComputedTiming().endTime !== Infinity) {
      animation.finish();
    }
  }
  const all = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
  const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
  const whole = !document.body || size(document.body) <= large;
  const found = await window.axe.run(whole ? document : { include: sample() }, {
    runOnly: dark ? colours : all,
    // checked for every page by words of our own
    rules: dark ? {} : { 'html-has-lang': { enabled: false }, 'document-title': { enabled: false } },
    resultTypes: ['violations'],
    iframes: false,
    preload: false
  });
  const findings = found.violations
    .filter(finding => finding.impact === 'serious' || finding.impact === 'critical')
    .slice(0, 20)
    .map(finding => ({
      rule: finding.id,
      help: finding.help,
      count: finding.nodes.length,
      selectors: finding.nodes.slice(0, 5).map(node => node.target.flat().join(' ')),
      html: finding.nodes.length ? finding.nodes[0].html.slice(0, 160) : ''
    }));
  return JSON.stringify({ whole, findings });
}
