// The page comes to life; without this everything but the heat map and the findings is there already.
function speak() {
  document.documentElement.lang = language();
  document.title = `${say('title')}: ${known.cohort}`;
  speakMap();
  showLists();
  if (dialog.open) fillLearner();
}

buildMap();
speak();
for (const one of document.querySelectorAll('input[name=language]')) one.addEventListener('change', speak);
dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
addEventListener('beforeprint', () => { showLists(PAPER); paintPicture(true); });
addEventListener('afterprint', () => { showLists(); paintPicture(false); });
