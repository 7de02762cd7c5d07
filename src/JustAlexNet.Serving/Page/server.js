// Requests to the server that the page came from: a few at a time, with the key, again where it is busy.
const atATime = 2, tries = 8, longestWait = 30;
const waiting = [];
let key = null, running = 0;

/** What a request ended with other than an answer. status 0: there was none. */
export class Refusal extends Error {
  constructor(status, message = '', retryAfter = 1) {
    super(message);
    Object.assign(this, { status, retryAfter });
  }
}

/** The key of all further requests; in memory only. */
export const useKey = value => { key = value; };

async function turn(work) {
  if (running >= atATime) await new Promise(go => waiting.push(go));
  else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();       // takes over the place
    else running--;
  }
}

const pause = (seconds, signal) => new Promise((done, fail) => {
  signal?.throwIfAborted();
  const timer = setTimeout(done, seconds * 1000);
  signal?.addEventListener('abort', () => { clearTimeout(timer); fail(signal.reason); }, { once: true });
});

async function once(address, body, signal) {
  let response;
  try {
    response = await fetch(new URL(`../${address}`, import.meta.url), {
      method: body ? 'POST' : 'GET', body, signal, cache: 'no-store', credentials: 'same-origin',
      headers: { ...(body && { 'Content-Type': 'application/octet-stream' }), ...(key && { 'X-API-Key': key }) },
    });
  } catch (fault) {
    signal?.throwIfAborted();
    throw new Refusal(0, fault.message);
  }
  if (response.ok) return response;
  const said = await response.text();
  let message = '';
  try {
    message = JSON.parse(said).error ?? '';
  } catch {
    message = said.slice(0, 200);       // something between the page and the server answered
  }
  throw new Refusal(response.status, message, Math.min(longestWait, Number(response.headers.get('Retry-After')) || 1));
}

/** Asks; where the server is busy, waits as it says and asks again. busy hears of the seconds. */
export async function ask(address, body, signal, busy) {
  for (let left = tries; ; left--) {
    try {
      return await turn(async () => {
        signal?.throwIfAborted();
        const start = performance.now();
        const response = await once(address, body, signal);
        const content = await (response.headers.get('Content-Type').startsWith('image/') ? response.blob() : response.json());
        return { content, milliseconds: performance.now() - start, timing: timing(response.headers.get('Server-Timing')) };
      });
    } catch (fault) {
      if (fault.status !== 429 || left <= 1) throw fault;
      busy?.(fault.retryAfter);
      await pause(fault.retryAfter, signal);
    }
  }
}

// "queue;dur=0.1, infer;dur=3" -> { queue: 0.1, infer: 3 }; null: none was sent.
const timing = header => header && Object.fromEntries(header.split(',').map(part => part.trim().split(';dur=')).map(([name, duration]) => [name, Number(duration)]));
