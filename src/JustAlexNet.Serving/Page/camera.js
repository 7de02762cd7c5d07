// Takes pictures with the camera, where the browser offers one: at localhost and over TLS.
import { say, hush } from './texts.js';

const [view, video, take, fault] = ['camera-view', 'camera-picture', 'camera-take', 'camera-fault'].map(id => document.getElementById(id));
let stream = null, taken = 0;

function stop() {
  stream?.getTracks().forEach(track => track.stop());
  stream = video.srcObject = null;
}

async function open() {
  take.disabled = true;
  fault.hidden = true;
  hush(fault);
  view.showModal();
  try {
    const opened = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 960 } } });
    stream = opened;
    if (!view.open) return stop();       // closed while the browser asked
    video.srcObject = opened;
    await video.play();
    take.disabled = false;
    take.focus();
  } catch (reason) {
    if (!view.open) return;
    stop();
    say(fault, reason.name === 'NotAllowedError' || reason.name === 'SecurityError' ? 'cameraRefused' : 'cameraMissing');
    fault.hidden = false;
  }
}

/** Offers the camera; add takes a file and the number of the picture. */
export function offerCamera(add) {
  const button = document.getElementById('camera');
  if (!navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;
  button.addEventListener('click', open);
  document.getElementById('camera-close').addEventListener('click', () => view.close());
  view.addEventListener('close', stop);
  take.addEventListener('click', () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext('2d').drawImage(video, 0, 0);
    canvas.toBlob(blob => {
      add(blob, ++taken);
      view.close();
      button.focus();
    }, 'image/jpeg', 0.95);
  });
}
