// Passkeys: shows the forms marked data-passkey where the browser has passkeys, asks it, and posts its answer.
"use strict";
(() => {
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (c) => c.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const asked = (options) => {
    const key = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
    for (const name of ["excludeCredentials", "allowCredentials"]) {
      if (key[name]) key[name] = key[name].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return { publicKey: key };
  };
  const answer = (made) => {
    const found = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      const value = made.response[name];
      if (value) found[name] = text(value);
    }
    return JSON.stringify({
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      response: found,
      clientExtensionResults: made.getClientExtensionResults(),
    });
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const trouble = form.querySelector("[role=alert]");
      trouble.hidden = true;
      try {
        const reply = await fetch(form.dataset.challenge, {
          method: "POST",
          headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        });
        if (!reply.ok) throw new Error(String(reply.status));
        const made = await navigator.credentials[form.dataset.passkey](asked(await reply.json()));
        form.elements.credential.value = answer(made);
        form.submit();
      } catch (_) {
        trouble.hidden = false;
        trouble.focus();
      }
    });
  }
})();
