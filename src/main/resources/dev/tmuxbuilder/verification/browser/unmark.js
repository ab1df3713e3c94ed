() => {
  for (const frame of document.querySelectorAll('[data-mark]')) frame.remove();
  scrollTo({ top: 0, behavior: 'instant' });
}
