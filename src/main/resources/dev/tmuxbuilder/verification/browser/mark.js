({ selectors, urls }) => {
  const found = [];
  for (const selector of selectors) {
    try { found.push(...document.querySelectorAll(selector)); } catch { /* not for this document */ }
  }
  for (const element of document.querySelectorAll('[src],[href]')) {
    if (urls.includes(element.src || element.href)) found.push(element);
  }
  const visible = found.slice(0, 20).filter(element => element.getClientRects().length > 0);
  if (visible.length === 0) return 0;
  visible[0].scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  for (const element of visible) {
    const box = element.getBoundingClientRect();
    const frame = document.createElement('div');
    const look = {
      position: 'absolute', boxSizing: 'border-box', pointerEvents: 'none', zIndex: '2147483647',
      left: `${box.left + scrollX - 5}px`, top: `${box.top + scrollY - 5}px`,
      width: `${Math.max(box.width, 8) + 10}px`, height: `${Math.max(box.height, 8) + 10}px`,
      border: '4px solid #d00', outline: '2px solid #fff', borderRadius: '6px'
    };
    for (const [name, value] of Object.entries(look)) frame.style[name] = value;
    frame.dataset.mark = '';
    document.documentElement.append(frame);
  }
  return visible.length;
}
