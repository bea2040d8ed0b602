// Passkeys: only a script may ask a browser for one. It fills a form of ours in and sends it; nothing else.
"use strict";

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const textOf = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// What the server writes is text; what the browser asks for is bytes.
function readOptions(form) {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytesOf(options.challenge);
  if (options.user) options.user.id = bytesOf(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const each of list ?? []) each.id = bytesOf(each.id);
  }
  return options;
}

function writeAnswer(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: textOf(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = textOf(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = textOf(response.authenticatorData);
    answer.signature = textOf(response.signature);
    if (response.userHandle) answer.userHandle = textOf(response.userHandle);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: {},
    response: answer,
  });
}

let waiting = null;

async function ask(form, more = {}) {
  waiting?.abort();
  waiting = new AbortController();
  const wish = { publicKey: readOptions(form), signal: waiting.signal, ...more };
  const credential = await navigator.credentials[form.dataset.passkey](wish);
  form.elements.answer.value = writeAnswer(credential);
  form.requestSubmit();
}

function tell(form, error) {
  const words = { NotAllowedError: "cancelled", InvalidStateError: "known", AbortError: "cancelled" };
  const problem = form.querySelector("[data-problem]");
  problem.textContent = form.dataset[words[error.name] ?? "failed"];
  problem.hidden = false;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    delete form.dataset.sent; // nothing was sent yet: see enhance.js
    form.querySelector("[data-problem]").hidden = true;
    ask(form).catch((error) => tell(form, error));
  });
  // Offered beside addresses that the browser remembers, where it can do that.
  if ("fillsIn" in form.dataset) {
    PublicKeyCredential.isConditionalMediationAvailable?.().then((can) => {
      if (can && !waiting) ask(form, { mediation: "conditional" }).catch(() => {});
    });
  }
}
