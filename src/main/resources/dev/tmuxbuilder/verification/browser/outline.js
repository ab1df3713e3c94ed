pages => {
  const most = 2000;
  const plain = text => (text || '').replace(/[\s\u00a0]+/g, ' ').trim().slice(0, 500);
  const list = (root, selector) => [...root.querySelectorAll(selector)].slice(0, most);
  const absolute = (href, base) => {
    try { return new URL(href.trim(), base).href; } catch { return null; }
  };
  const named = element => plain(element.textContent)
    || plain(element.getAttribute('aria-label'))
    || plain([...element.querySelectorAll('[alt]')].map(image => image.alt).join(' '));
  const read = (root, url) => {
    const baseTag = root.querySelector('base[href]');
    const base = baseTag ? absolute(baseTag.getAttribute('href'), url) || url : url;
    const description = root.querySelector('meta[name=description i]');
    const icon = root.querySelector('link[rel~=icon i][href]');
    return {
      title: plain(root.title),
      lang: plain(root.documentElement.getAttribute('lang')),
      description: plain(description && description.content),
      icon: icon ? absolute(icon.getAttribute('href'), base) || '' : '',
      headings: list(root, 'h1,h2,h3,h4,h5,h6,[role=heading],legend,summary,caption,figcaption,dt')
        .map(heading => plain(heading.textContent)).filter(text => text),
      links: list(root, 'a[href],area[href]')
        .map(link => ({ text: named(link), href: absolute(link.getAttribute('href'), base) }))
        .filter(link => link.href),
      ids: [...list(root, '[id]').map(element => element.id),
        ...list(root, 'a[name]').map(element => element.name)],
      forms: list(root, 'form').map((form, index) => ({
        index,
        check: form.dataset.check || '',
        method: (form.getAttribute('method') || 'get').toLowerCase(),
        required: list(form, 'input[required],textarea[required]').length
      })).filter(form => form.check)
    };
  };
  if (!pages) return JSON.stringify([read(document, document.baseURI)]);
  return JSON.stringify(pages.map(page =>
    read(new DOMParser().parseFromString(page.html, 'text/html'), page.url)));
}
