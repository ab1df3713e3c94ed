async dark => {
  const frame = () => new Promise(end => {
    setTimeout(end, 100);
    requestAnimationFrame(() => end());
  });
  await frame();
  for (const animation of document.getAnimations()) {
    if (animation.effect && animation.effect.getComputedTiming().endTime !== Infinity) {
      animation.finish();
    }
  }
  const all = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
  const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
  const found = await window.axe.run(document, {
    runOnly: dark ? colours : all,
    // checked for every page by words of our own
    rules: dark ? {} : { 'html-has-lang': { enabled: false }, 'document-title': { enabled: false } },
    resultTypes: ['violations'],
    iframes: false,
    preload: false
  });
  return JSON.stringify(found.violations
    .filter(finding => finding.impact === 'serious' || finding.impact === 'critical')
    .slice(0, 20)
    .map(finding => ({
      rule: finding.id,
      help: finding.help,
      count: finding.nodes.length,
      selectors: finding.nodes.slice(0, 5).map(node => node.target.flat().join(' ')),
      html: finding.nodes.length ? finding.nodes[0].html.slice(0, 160) : ''
    })));
}
