// Runs before the page is drawn, so that a chosen theme does not flash. A choice other than the system's is kept.
(() => {
  const chosen = localStorage.getItem('theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
})();
