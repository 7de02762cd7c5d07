// The page: pictures come in, cards show them.
import { say, hush, text } from './texts.js';
import { ask, useKey } from './server.js';
import { Card, sayFault } from './card.js';
import { offerCamera } from './camera.js';

const [keyForm, keyValue, keyFault, drop, files, model, topk, clear, fault, status, results] =
  ['key', 'key-value', 'key-fault', 'drop', 'files', 'model', 'topk', 'clear', 'fault', 'status', 'results'].map(id => document.getElementById(id));
const everyModel = '';
let cards = [], models = [], isKeyed = false;

const asked = () => ({ models: model.value === everyModel ? models : [model.value], topk: topk.value });
const show = (element, isShown) => { element.hidden = !isShown; };

function complain(key) {
  if (key) say(fault, key);
  else hush(fault);
  show(fault, key);
}

function changed(news) {
  show(clear, cards.length > 0);
  const done = cards.filter(card => card.pending === 0), faults = done.filter(card => card.faults > 0).length;
  const progress = faults ? text('progressFaults', done.length, cards.length, faults) : text('progress', done.length, cards.length);
  const { name, best } = news ?? {};
  if (cards.length === 0) hush(status);
  else if (best) say(status, 'news', [() => typeof name === 'function' ? name() : name, best.model, best.class, best.probability.toFixed(4), progress]);
  else say(status, 'nameItself', [progress]);
}

function add(file, name) {
  complain();
  const card = new Card(file, name, { changed, removed: remove, keyNeeded });
  cards.push(card);
  results.append(card.element);
  if (models.length > 0) card.ask(asked());
  changed();
}

function addAll(given) {
  if (given.length === 0) complain('noFile');
  for (const file of given) add(file, file.name);
}

function remove(card) {
  const next = cards[cards.indexOf(card) + 1] ?? cards[cards.indexOf(card) - 1];
  card.close();
  cards = cards.filter(other => other !== card);
  (next?.remover ?? document.getElementById('choose')).focus();
  changed();
}

const askAll = () => cards.forEach(card => card.ask(asked()));

function keyNeeded() {
  if (!keyForm.hidden) return;
  show(keyForm, true);
  if (isKeyed) say(keyFault, 'keyWrong');
  show(keyFault, isKeyed);
  keyValue.value = '';
  keyValue.focus();
}

// Pictures wait on the page for as long as there is nobody to ask.
const later = () => setTimeout(connect, 3000);

async function connect() {
  try {
    const { content } = await ask('v2/models');
    models = content.models;
  } catch (refusal) {
    if (refusal.status === 401) return keyNeeded();
    sayFault(fault, refusal);
    show(fault, true);
    return later();
  }
  if (models.length === 0) {
    complain('noModels');
    return later();
  }
  complain();
  const before = model.value;
  model.replaceChildren(...models.map(name => new Option(name, name)));
  if (models.length > 1) model.prepend(say(new Option('', everyModel), 'allModels'));
  model.value = models.includes(before) ? before : model.options[0].value;
  // Pictures that wait for models, or for a key.
  cards.filter(card => !card.asked || card.faults > 0).forEach(card => card.ask(asked()));
}

keyForm.addEventListener('submit', event => {
  event.preventDefault();
  const value = keyValue.value.trim();
  keyValue.value = '';
  isKeyed = true;
  useKey(/^[\x21-\x7e]+$/.test(value) ? value : '?');        // no header carries another one
  show(keyForm, false);
  document.getElementById('choose').focus();
  connect();
});
document.getElementById('choose').addEventListener('click', () => files.click());
files.addEventListener('change', () => {
  addAll([...files.files]);
  files.value = '';       // the same file may be chosen again
});
for (const setting of [model, topk]) setting.addEventListener('change', askAll);
clear.addEventListener('click', () => {
  cards.forEach(card => card.close());
  cards = [];
  changed();
  document.getElementById('choose').focus();
});

for (const kind of ['dragenter', 'dragover']) addEventListener(kind, event => {
  event.preventDefault();
  drop.classList.add('over');
});
addEventListener('dragleave', event => {
  if (!event.relatedTarget) drop.classList.remove('over');
});
addEventListener('drop', event => {
  event.preventDefault();
  drop.classList.remove('over');
  addAll([...event.dataTransfer.files]);
});
addEventListener('paste', event => {
  if (event.target === keyValue) return;
  event.preventDefault();
  addAll([...event.clipboardData.files]);
});
offerCamera((picture, number) => add(picture, text('cameraName', number)));
connect();
