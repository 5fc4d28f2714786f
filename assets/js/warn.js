/*
 * Warnings that are heard and felt, on consent alone: a tone and a shake when a danger comes up on the way, and, where
 * the browser can, messages for this device when its district gets dangerous and no page is open.
 */
(function () {
  "use strict";
  const root = (window.ansimgil = window.ansimgil || {});
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const ALARM = "ansimgil-alarm", PLACE = "ansimgil-push-place";
  const SHAKE_MS = [300, 100, 300, 100, 300], TONE_HZ = [880, 660, 880], TONE_S = 0.22;
  const canPush = window.isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  let audio = null;
  let nAlarm = 0;

  function read(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  }

  function write(name, value) {
    try { if (value === null) localStorage.removeItem(name); else localStorage.setItem(name, value); } catch { /* forgets */ }
  }

  const isWanted = () => read(ALARM) === "yes";

  /* Browsers let a page sound only after a tap: the tap that consents makes the device ready. */
  function wake() {
    const Audio = window.AudioContext || window.webkitAudioContext;
    if (Audio && !audio) audio = new Audio();
    if (audio && audio.state === "suspended") audio.resume();
  }

  function sound() {
    if (!audio) return;
    TONE_HZ.forEach((hertz, k) => {
      const tone = audio.createOscillator(), loud = audio.createGain(), at = audio.currentTime + k * TONE_S;
      tone.frequency.value = hertz;
      loud.gain.setValueAtTime(0.0001, at);
      loud.gain.exponentialRampToValueAtTime(0.4, at + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.0001, at + TONE_S);
      tone.connect(loud).connect(audio.destination);
      tone.start(at);
      tone.stop(at + TONE_S);
    });
  }

  /* A danger came up on the way: words are its title and reason. */
  function alarm(words) {
    if (!isWanted()) return;
    nAlarm += 1;
    sound();
    if (navigator.vibrate) navigator.vibrate(SHAKE_MS);
    if (document.hidden && "Notification" in window && Notification.permission === "granted") {
      const options = { body: words.slice(1).filter(Boolean).join(" "), tag: "path", icon: "/assets/icons/ansimgil.svg" };
      navigator.serviceWorker.ready.then((one) => one.showNotification(words[0], options)).catch(() => undefined);
    }
  }

  document.addEventListener("click", function (event) {
    const box = event.target.closest && event.target.closest("[data-path-alarm]");
    if (!box) return;
    write(ALARM, isWanted() ? null : "yes");
    box.setAttribute("aria-checked", String(isWanted()));
    if (!isWanted()) return;
    wake();
    if ("Notification" in window && Notification.permission === "default") Notification.requestPermission();
  });

  function showAlarm() {
    for (const box of document.querySelectorAll("[data-path-alarm]")) {
      if (box.getAttribute("aria-checked") !== String(isWanted())) box.setAttribute("aria-checked", String(isWanted()));
    }
  }

  async function send(path, body) {
    const answer = await fetch(`/api/v1/push${path}`, {
      method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`push answered ${answer.status}`);
    return answer.json();
  }

  function keyBytes(words) {
    const plain = atob(words.replace(/-/g, "+").replace(/_/g, "/") + "=".repeat((4 - (words.length % 4)) % 4));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  async function subscribe(context, place) {
    const worker = await navigator.serviceWorker.ready;
    const key = await (await fetch("/api/v1/push/key", { credentials: "omit" })).json();
    const options = { userVisibleOnly: true, applicationServerKey: keyBytes(key.application_server_key) };
    const told = (await worker.pushManager.subscribe(options)).toJSON();
    const { endpoint, keys } = told;
    return send("", { area: context.area, lang: context.lang, endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth }, place });
  }

  async function unsubscribe() {
    const worker = await navigator.serviceWorker.ready, known = await worker.pushManager.getSubscription();
    if (!known) return;
    await send("/forget", { endpoint: known.endpoint });
    await known.unsubscribe();
  }

  /* The switch: [whether it is pressed, what to say]. */
  async function push(clicks, context, place, words) {
    if (!canPush) return ["false", words.unsupported];
    try {
      if (!clicks) return read(PLACE) ? ["true", words.on.replace("{place}", read(PLACE))] : ["false", ""];
      if (read(PLACE)) {
        await unsubscribe();
        write(PLACE, null);
        return ["false", ""];
      }
      if ((await Notification.requestPermission()) !== "granted") return ["false", words.denied];
      const at = Array.isArray(place) ? { lat: place[0], lon: place[1] } : { lat: place.lat, lon: place.lng };
      const told = await subscribe(context, at);
      write(PLACE, told.district);
      return ["true", words.on.replace("{place}", told.district)];
    } catch (error) {
      console.warn(`push: ${error.message}`);
      return [String(Boolean(read(PLACE))), words.failed];
    }
  }

  root.warn = { alarm, showAlarm, state: () => ({ nAlarm, isWanted: isWanted(), canPush }) };
  dash.ansimgil = Object.assign(dash.ansimgil || {}, { push });
})();
