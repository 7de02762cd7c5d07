// One picture and what the models say of it.
import { hush, say } from './texts.js';
import { ask, Refusal } from './server.js';

const make = (tag, className = '', ...children) => {
  const element = Object.assign(document.createElement(tag), { className });
  element.append(...children);
  return element;
};
const button = (key, label, name, act) => {
  const made = say(say(make('button'), key), label, [name], 'aria-label');
  made.type = 'button';
  made.addEventListener('click', act);
  return made;
};
const known = [400, 401, 403, 404, 408, 413, 415, 429, 503, 504];
const hopeless = [400, 413, 415];       // asked again, they would be refused again

/** A fault in the reader's words, and the server's own. */
export function sayFault(element, fault) {
  const key = !(fault instanceof Refusal) || fault.status === 0 ? 'faultAway' : known.includes(fault.status) ? `fault${fault.status}` : 'faultOther';
  const parts = [say(make('span'), key)];
  if (fault.status && fault.message) parts.push(say(make('span'), 'said'), Object.assign(make('span', '', fault.message), { lang: 'en' }));     // the server speaks English alone
  if (element.textContent === parts.map(part => part.textContent).join('')) return;        // a screen reader speaks what changed
  hush(element);
  element.append(...parts);
}

export class Card {
  /** name: a function that gives it, or a text as it is. changed hears of every end of a request. */
  constructor(file, name, { changed, removed, keyNeeded }) {
    Object.assign(this, { file, name, changed, keyNeeded, pending: 0, faults: 0, urls: [], stop: new AbortController() });
    this.element = say(make('article', 'card'), 'nameItself', [name], 'aria-label');
    const title = make('h2');
    if (typeof name === 'function') say(title, 'nameItself', [name]);
    else title.textContent = name;
    this.retry = button('again', 'againOf', name, () => { this.ask(this.asked); this.remover.focus(); });
    this.retry.hidden = true;
    this.remover = button('remove', 'removeOf', name, () => removed(this));
    this.answers = make('div', 'answers');
    this.element.append(make('div', 'head', title, make('div', 'buttons', this.retry, this.remover)), this.photo(), this.answers);
  }

  photo() {
    const image = make('img', 'photo');
    image.alt = '';     // its name stands above
    image.addEventListener('error', () => image.replaceWith(say(make('p', 'hint'), 'noPreview')), { once: true });
    image.src = this.url(this.file);
    return make('div', '', image);
  }

  url(blob) {
    this.urls.push(URL.createObjectURL(blob));
    return this.urls.at(-1);
  }

  /** Asks models, anew where it was asked before: { models, topk }. */
  async ask(asked) {
    this.stop.abort();
    this.urls.splice(1).forEach(URL.revokeObjectURL);
    Object.assign(this, { asked, stop: new AbortController(), pending: asked.models.length, faults: 0 });
    this.retry.hidden = true;
    this.answers.replaceChildren();
    this.changed();
    await Promise.all(asked.models.map(model => this.askModel(model, asked.topk, this.stop.signal)));
  }

  async askModel(model, topk, signal) {
    const place = make('section', 'answer'), wait = say(make('p', 'wait hint'), 'waiting'), title = make('h3');
    title.textContent = model;
    place.append(title, wait);
    this.answers.append(place);
    const busy = seconds => say(wait, 'waitingPlace', [seconds]);
    const query = `model=${encodeURIComponent(model)}`;
    try {
      const answer = await ask(`v1/classify?${query}&topk=${topk}`, this.file, signal, busy);
      const { version, results: [{ predictions }] } = answer.content;
      say(title, 'modelName', [model, version]);
      const figure = make('figure');
      place.append(make('ol', '', ...predictions.map(bar)), figure, this.times(answer));
      const seen = await ask(`v1/preprocessed?${query}&version=${encodeURIComponent(version)}`, this.file, signal, busy);
      if (signal.aborted) return;
      await this.seen(figure, seen.content, model);
      wait.remove();
      this.done({ model, ...predictions[0] });
    } catch (fault) {
      if (signal.aborted) return;
      wait.className = 'fault';
      sayFault(wait, fault);
      if (!hopeless.includes(fault.status)) this.retry.hidden = false;
      this.faults++;
      this.done();
      if (fault.status === 401) this.keyNeeded();
    }
  }

  done(best) {
    this.pending--;
    this.changed(best && { name: this.name, best });
  }

  times({ milliseconds, timing }) {
    const shown = [milliseconds, ...(timing ? [timing.queue, timing.prepare, timing.infer] : [])].map(value => value.toFixed(1));
    return say(make('p', 'times'), timing ? 'timesServer' : 'times', shown);
  }

  async seen(figure, blob, model) {
    const image = make('img', 'seen');
    image.src = this.url(blob);
    await image.decode();
    image.classList.toggle('few-pixels', image.naturalWidth < 100);      // pixels are told apart instead of blurred
    say(image, 'seenOf', [this.name, model], 'alt');
    figure.append(image, say(make('figcaption'), 'seen', [image.naturalWidth, image.naturalHeight]));
  }

  /** Frees what it holds. */
  close() {
    this.stop.abort();
    this.urls.forEach(URL.revokeObjectURL);
    this.element.remove();
  }
}

function bar({ class: name, meaning, probability }) {
  const full = meaning ? `${name} (${meaning})` : name, number = probability.toFixed(4);
  const label = make('span', 'class'), value = make('span', 'number'), fill = make('div'), meter = make('div', 'bar', fill);
  label.textContent = full;
  value.textContent = number;
  value.ariaHidden = 'true';      // the meter says it
  fill.style.width = `${probability * 100}%`;
  for (const [attribute, content] of Object.entries({ role: 'meter', 'aria-label': full, 'aria-valuemin': 0, 'aria-valuemax': 1, 'aria-valuenow': number, 'aria-valuetext': number })) meter.setAttribute(attribute, content);
  return make('li', '', label, value, meter);
}
