async () => {
  const limit = (promise, ms) => Promise.race([promise, new Promise(end => setTimeout(end, ms))]);
  const frame = () => limit(new Promise(end => requestAnimationFrame(() => end())), 100);
  for (const lazy of document.querySelectorAll('[loading=lazy]')) lazy.loading = 'eager';
  const scroller = document.scrollingElement || document.documentElement;
  const height = Math.min(scroller.scrollHeight, 12000);
  if (height > innerHeight * 1.2) {
    for (let y = innerHeight; y < height; y += innerHeight) {
      scroller.scrollTo({ top: y, behavior: 'instant' });
      await frame();
    }
    scroller.scrollTo({ top: 0, behavior: 'instant' });
  }
  const pictures = [...document.images].filter(image => !image.complete || image.naturalWidth > 0);
  await limit(
    Promise.all([document.fonts.ready, ...pictures.map(image => image.decode().catch(() => {}))]),
    2000);
  for (const animation of document.getAnimations()) {
    if (animation.effect && animation.effect.getComputedTiming().endTime !== Infinity) {
      animation.finish();
    }
  }
  await frame();
  return true;
}
