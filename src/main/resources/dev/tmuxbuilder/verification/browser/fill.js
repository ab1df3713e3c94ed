({ index, token, leaveEmpty }) => {
  const form = document.querySelectorAll('form')[index];
  if (!form) return null;
  const entry = field => {
    switch (field.type) {
      // Nobody lives there (RFC 2606), so a site can tell a trial from a customer.
      case 'email': return `visitor-${token}@example.invalid`;
      case 'tel': return '+12025550123';
      case 'url': return `https://example.invalid/${token}`;
      case 'number': case 'range': return field.min || '7';
      case 'date': return field.min || '2030-06-15';
      case 'time': return '10:30';
      case 'month': return '2030-06';
      case 'week': return '2030-W24';
      case 'datetime-local': return '2030-06-15T10:30';
      case 'color': return '#336699';
      case 'textarea': return `A kind word from a visitor, ${token}`;
      default: return `Visitor ${token}`;
    }
  };
  // A field that only programs find is a trap for them. Check marks are often drawn by a label,
  // and may be out of sight themselves.
  const inSight = field => {
    if (['checkbox', 'radio'].includes(field.type)) return true;
    const box = field.getBoundingClientRect();
    const root = document.documentElement;
    return box.width > 1 && box.height > 1
      && box.right + scrollX > 0 && box.left + scrollX < root.scrollWidth
      && box.bottom + scrollY > 0 && !field.closest('[aria-hidden=true]');
  };
  const fields = [...form.elements].filter(field =>
    field.willValidate && field.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && inSight(field)
    && !['submit', 'button', 'reset', 'image', 'file'].includes(field.type));
  const isText = field => ['text', 'search', 'textarea'].includes(field.type);
  const empty = leaveEmpty
    ? fields.find(field => field.required && field.type === 'textarea')
      || fields.find(field => field.required && isText(field))
      || fields.find(field => field.required && field.matches('input,textarea'))
    : null;
  const entered = [];
  for (const field of fields) {
    if (field === empty) {
      field.value = '';
    } else if (field.type === 'checkbox' || field.type === 'radio') {
      if (field.required || field.type === 'radio') field.checked = true;
    } else if (field.tagName === 'SELECT') {
      const option = [...field.options].find(one => one.value && !one.disabled);
      if (option) field.value = option.value;
    } else {
      const text = entry(field);
      field.value = field.maxLength > 0 ? text.slice(-field.maxLength) : text;
      if (isText(field)) entered.push({ area: field.type === 'textarea', text: field.value });
    }
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
  if (leaveEmpty) form.noValidate = true;
  form.dataset.filled = '';
  const areas = entered.filter(one => one.area);
  return JSON.stringify({
    texts: (areas.length ? areas : entered).map(one => one.text),
    empty: empty ? empty.name || empty.type : ''
  });
}
