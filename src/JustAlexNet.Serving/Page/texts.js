// What the page says, in the reader's language. An element remembers what it was told to say, so that the language can change at any time.
const texts = await (await fetch(new URL('texts.json', import.meta.url))).json();
const told = new WeakMap();
let language = navigator.languages?.find(one => /^(en|zh)\b/i.test(one))?.slice(0, 2).toLowerCase() ?? 'en';

const filled = (key, values) => texts[language][key].replace(/\{(\d)\}/g, (_, i) => values[i]);

function show(element) {
  for (const [attribute, { key, values }] of Object.entries(told.get(element))) {
    const text = filled(key, values.map(value => typeof value === 'function' ? value() : value));
    if (attribute !== 'text') element.setAttribute(attribute, text);
    else if (element.textContent !== text) element.textContent = text;      // a screen reader speaks what changed
  }
}

/** Has an element say a text; attribute 'text' is its content. Values are put in as they are: none of them is ever HTML. */
export function say(element, key, values = [], attribute = 'text') {
  told.set(element, { ...told.get(element), [attribute]: { key, values } });
  element.dataset.told = '';
  show(element);
  return element;
}

/** Has an element say nothing. */
export function hush(element) {
  told.delete(element);
  delete element.dataset.told;
  element.textContent = '';
}

/** A value of a text that is itself a text. */
export const text = (key, ...values) => () => filled(key, values);

export function speak(wanted) {
  language = wanted;
  document.documentElement.lang = wanted === 'zh' ? 'zh-CN' : 'en';
  document.querySelectorAll('[data-told]').forEach(show);
  for (const button of document.querySelectorAll('[data-language]')) button.setAttribute('aria-pressed', button.dataset.language === wanted);
}

for (const element of document.querySelectorAll('[data-text]')) say(element, element.dataset.text);
for (const element of document.querySelectorAll('[data-label]')) say(element, element.dataset.label, [], 'aria-label');
for (const button of document.querySelectorAll('[data-language]')) button.addEventListener('click', () => speak(button.dataset.language));
speak(language);
