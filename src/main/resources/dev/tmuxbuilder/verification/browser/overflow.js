() => {
  const root = document.documentElement;
  const width = root.clientWidth;
  const past = Math.max(root.scrollWidth, document.body ? document.body.scrollWidth : 0) - width;
  if (past <= 1) return JSON.stringify({ past: 0, selectors: [] });
  const scrolls = element => ['auto', 'scroll', 'hidden', 'clip']
    .includes(getComputedStyle(element).overflowX);
  const inside = element => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (scrolls(up)) return true;
    }
    return false;
  };
  const path = element => {
    const steps = [];
    for (let at = element; at && at !== root; at = at.parentElement) {
      const same = [...at.parentElement.children].filter(other => other.tagName === at.tagName);
      const place = same.length > 1 ? `:nth-of-type(${same.indexOf(at) + 1})` : '';
      steps.unshift(at.tagName.toLowerCase() + place);
    }
    return steps.join(' > ');
  };
  const wide = [...document.body.querySelectorAll('*')]
    .slice(0, 20000)
    .filter(element => element.getBoundingClientRect().right > width + 1 && !inside(element));
  const inner = wide.filter(element => ![...element.children].some(child => wide.includes(child)));
  return JSON.stringify({ past: Math.round(past), selectors: inner.slice(0, 5).map(path) });
}
