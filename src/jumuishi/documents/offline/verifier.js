(function () {
  "use strict";
  var WORDS = @@WORDS@@;
  var ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  var held = { keys: null, revoked: null };
  var $ = function (id) { return document.getElementById(id); };

  function bytesOf(text) { return new TextEncoder().encode(text); }
  function unbase64(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/")), out = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  }
  function hex(bytes) { return Array.from(bytes, function (b) { return (b + 256).toString(16).slice(1); }).join(""); }

  // RFC 9285. A character outside the alphabet, or a group out of range, is an error.
  function unbase45(text) {
    if (text.length % 3 === 1) throw new Error("base45");
    var out = [];
    for (var i = 0; i < text.length; i += 3) {
      var digits = text.slice(i, i + 3).split("").map(function (c) { return ALPHABET.indexOf(c); });
      if (digits.indexOf(-1) >= 0) throw new Error("base45");
      var n = digits[0] + 45 * digits[1] + (digits.length > 2 ? 2025 * digits[2] : 0);
      if (n > (digits.length > 2 ? 65535 : 255)) throw new Error("base45");
      if (digits.length > 2) out.push(n >> 8);
      out.push(n & 255);
    }
    return new Uint8Array(out);
  }

  // CBOR in its deterministic form only (RFC 8949 4.2): shortest heads, definite lengths, ordered keys, nothing left over.
  function uncbor(bytes) {
    var at = 0;
    function head() {
      var first = bytes[at++], low = first & 31, n = low, size = { 24: 1, 25: 2, 26: 4, 27: 8 }[low] || 0;
      if (first === undefined || low > 27) throw new Error("cbor");
      if (size) {
        n = 0;
        for (var i = 0; i < size; i++) n = n * 256 + bytes[at++];
        if (!(n >= { 1: 24, 2: 256, 4: 65536, 8: 4294967296 }[size]) || n > Number.MAX_SAFE_INTEGER) throw new Error("cbor");
      }
      return [first >> 5, n];
    }
    function take(n) {
      if (at + n > bytes.length) throw new Error("cbor");
      at += n;
      return bytes.slice(at - n, at);
    }
    function one() {
      if (bytes[at] === 0xf4 || bytes[at] === 0xf5) return bytes[at++] === 0xf5;
      var h = head(), n = h[1], list = [], i;
      switch (h[0]) {
        case 0: return n;
        case 1: return -1 - n;
        case 2: return take(n);
        case 3: return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(n));
        case 4: for (i = 0; i < n; i++) list.push(one()); return list;
        case 5:
          var map = new Map(), before = "";
          for (i = 0; i < n; i++) {
            var start = at, key = one(), order = hex(bytes.slice(start, at));
            // The order of canonical CBOR (RFC 7049): shorter keys first, then by bytes.
            if (i && (order.length < before.length || (order.length === before.length && order <= before))) throw new Error("cbor");
            before = order;
            map.set(key, one());
          }
          return map;
        case 6: return { tag: n, value: one() };
      }
      throw new Error("cbor");
    }
    var value = one();
    if (at !== bytes.length) throw new Error("cbor");
    return value;
  }
  function byteString(bytes) {
    var n = bytes.length, head = n < 24 ? [64 + n] : n < 256 ? [88, n] : [89, n >> 8, n & 255];
    return head.concat(Array.from(bytes));
  }

  function isBelowOrder(signature) {
    // S below the group's order (RFC 8032 5.1.7), so that a signature has one form.
    var order = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed";
    return hex(signature.slice(32).reverse()) < order;
  }
  function holds(publicKey, message, signature) {
    if (signature.length !== 64 || publicKey.length !== 32 || !isBelowOrder(signature)) return Promise.resolve(false);
    function own() { return nacl.sign.detached.verify(message, signature, publicKey); }
    if (!window.crypto || !crypto.subtle) return Promise.resolve(own());
    return crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]).then(function (key) {
      return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
    }, own);
  }

  // RFC 8785 for what our lists hold: texts, nulls, lists, objects with plain keys.
  function canonical(value) {
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return "{" + Object.keys(value).sort().map(function (key) { return JSON.stringify(key) + ":" + canonical(value[key]); }).join(",") + "}";
  }
  function readList(text, kind, root) {
    var list = JSON.parse(text), body = {};
    if (list.list !== kind) return Promise.reject(new Error(kind));
    Object.keys(list).forEach(function (key) { if (key !== "signature") body[key] = list[key]; });
    return holds(unbase64(root || list.root), bytesOf(canonical(body)), unbase64(list.signature)).then(function (good) {
      if (!good) throw new Error(kind);
      return list;
    });
  }
  function setKeys(text) {
    // A page that came with keys trusts their root and no other; a page that came bare trusts the first that is given.
    return readList(text, "jumuishi-keys-1", held.keys && held.keys.root).then(function (list) { held.keys = list; tell(); });
  }
  function setRevoked(text) {
    if (!held.keys) return Promise.reject(new Error("keys"));
    return readList(text, "jumuishi-revoked-1", held.keys.root).then(function (list) { held.revoked = list; tell(); });
  }

  function day(seconds) { return new Date(seconds * 1000).toISOString().slice(0, 10); }
  // 2026-11-25 as both languages write it: 25.11.2026.
  function said(iso) { return iso.slice(0, 10).split("-").reverse().join("."); }
  function dayAt(iso, hours) { return new Date(Date.parse(iso) + hours * 3600000).toISOString().slice(0, 10); }
  function localDay(at) { return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 10); }

  function takeApart(text) {
    var tag = uncbor(unbase45(text.slice(4))), parts = tag.value;
    if (tag.tag !== 18 || parts.length !== 4 || parts[1].size !== 0) throw new Error("cose");
    var header = uncbor(parts[0]), claims = uncbor(parts[2]), known = [1, 4, 6, -70001, -70002, -70003, -70004];
    if (header.size !== 2 || header.get(1) !== -8 || header.get(4).length !== 8) throw new Error("cose");
    claims.forEach(function (_, key) { if (known.indexOf(key) < 0) throw new Error("cwt"); });
    var message = [132, 106].concat(Array.from(bytesOf("Signature1")), byteString(parts[0]), [64], byteString(parts[2]));
    return { kid: header.get(4), claims: claims, message: new Uint8Array(message), signature: parts[3] };
  }

  // -> {result, facts?}: genuine altered unknown_key revoked suspended expired stale.
  function verify(text, at) {
    var found;
    at = at || new Date();
    text = String(text).replace(/^\s+|[\r\n\t]+$/g, "");
    if (text.slice(0, 4) === "JM1:" && (text.length - 4) % 3 === 1) text += " ";
    if (!held.keys) return Promise.resolve({ result: "no_keys" });
    try {
      if (text.slice(0, 4) !== "JM1:") throw new Error("prefix");
      found = takeApart(text);
    } catch (error) { return Promise.resolve({ result: "altered" }); }
    var key = held.keys.keys.filter(function (one) { return hex(unbase64(one.kid)) === hex(found.kid); })[0];
    if (!key) return Promise.resolve({ result: "unknown_key" });
    return holds(unbase64(key.public), found.message, found.signature).then(function (good) {
      var claims = found.claims, issued;
      if (!good || claims.get(1) !== key.issuer) return { result: "altered" };
      issued = day(claims.get(6));
      if (key.compromised_at) return { result: "unknown_key" };
      // A code carries a day, a key's life is told in instants: it counts wherever on earth that day was.
      if (issued < dayAt(key.not_before, -12) || issued > dayAt(key.not_after, 14)) return { result: "altered" };
      return { result: state(claims, at), facts: facts(claims, key) };
    }).catch(function () { return { result: "altered" }; });
  }
  function state(claims, at) {
    var number = claims.get(-70001), ended = held.revoked && held.revoked.revoked.filter(function (one) { return one.number === number; })[0];
    var stopped = ended && ended.state === "suspended";
    if (ended && !stopped) return "revoked";
    if (claims.has(4) && localDay(at) >= day(claims.get(4))) return "expired";
    if (stopped && (!ended.until || localDay(at) <= ended.until)) return "suspended";
    return [held.keys, held.revoked].every(function (list) { return !list || isFresh(list, at); }) ? "genuine" : "stale";
  }
  // A clock that stands before the list was signed would keep an old list young for ever.
  function isFresh(list, at) { return at <= new Date(list.expires_at) && at >= new Date(new Date(list.issued_at) - 864e5); }
  function facts(claims, key) {
    var rows = [["title", claims.get(-70003)], ["number", claims.get(-70001).replace(/(\d{4})(?=\d)/g, "$1 ")]];
    claims.get(-70004).forEach(function (value, name) { rows.push(["claim_" + name, String(value)]); });
    rows.push(["issuer", key.name.sw + " · " + key.name.en], ["issued", said(day(claims.get(6)))]);
    if (claims.has(4)) rows.push(["until", said(day(claims.get(4) - 86400))]);
    return rows;
  }

  function element(name, text, lang) {
    var made = document.createElement(name);
    made.textContent = text;
    if (lang) made.lang = lang;
    return made;
  }
  function bilingual(name, words) {
    var made = element(name, words[0] + " ");
    made.append(element("span", words[1], "en"));
    return made;
  }
  function label(name) { return WORDS[name] || [name.replace("claim_", ""), ""]; }
  function show(verdict) {
    var answer = $("answer"), word = label("result_" + verdict.result), say = label("say_" + verdict.result), list = document.createElement("dl");
    var cloth = document.createElement("div");
    answer.textContent = "";
    cloth.className = verdict.result === "genuine" ? "saying" : "saying bad";
    cloth.append(element("b", (verdict.result === "genuine" ? "✓ " : "✗ ") + word[0]), element("span", word[1] + ". ", "en"), element("p", say[0]), element("p", say[1], "en"));
    if (verdict.result === "genuine" && !held.revoked) cloth.append(element("p", label("warn_revocation_unchecked").join(" · ")));
    (verdict.facts || []).forEach(function (row) {
      var pair = document.createElement("div"), names = label(row[0]), term = element("dt", names[0] + " ");
      term.append(element("span", names[1], "en"));
      pair.append(term, element("dd", row[1]));
      list.append(pair);
    });
    answer.append(cloth, list);
    if (verdict.facts) [held.keys, held.revoked].forEach(function (held) { if (held) answer.append(bilingual("p", age(held))); });
    answer.dataset.result = verdict.result;
    cloth.scrollIntoView();
    return verdict;
  }
  // How old a list is, in both languages.
  function age(list) {
    var days = Math.max(0, Math.floor((new Date() - new Date(list.issued_at)) / 864e5)), name = list.list === "jumuishi-keys-1" ? "list_keys" : "list_revoked";
    return label(isFresh(list, new Date()) ? name : name + "_old").map(function (text) {
      return text.replace("{days}", days).replace("{issued}", said(list.issued_at)).replace("{until}", said(list.expires_at));
    });
  }
  function tell() {
    var state = $("state");
    state.textContent = "";
    [[held.keys, "list_no_keys"], [held.revoked, "list_no_revoked"]].forEach(function (pair) {
      state.append(bilingual("li", pair[0] ? age(pair[0]) : label(pair[1])));
    });
    state.dataset.keys = held.keys ? held.keys.issued_at : "";
    state.dataset.revoked = held.revoked ? held.revoked.issued_at : "";
  }

  function readPixels(source, width, height) {
    var canvas = document.createElement("canvas"), scale = Math.min(1, 1600 / Math.max(width, height)), context;
    canvas.width = Math.round(width * scale); canvas.height = Math.round(height * scale);
    context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    function own() {
      var pixels = context.getImageData(0, 0, canvas.width, canvas.height);
      try { return decodeQR({ width: pixels.width, height: pixels.height, data: pixels.data }); } catch (error) { return ""; }
    }
    if (!window.BarcodeDetector) return Promise.resolve(own());
    return new BarcodeDetector({ formats: ["qr_code"] }).detect(canvas).then(function (all) { return all.length ? all[0].rawValue : own(); }, own);
  }
  function picture(file) {
    return createImageBitmap(file).then(function (image) { return readPixels(image, image.width, image.height); }).then(function (text) {
      return text ? verify(text).then(show) : show({ result: "no_code" });
    }, function () { return show({ result: "no_code" }); });
  }
  function camera() {
    var video = $("video");
    if (video.srcObject) return stop();
    if (!navigator.mediaDevices) return show({ result: "no_camera" });
    function stop() {
      if (video.srcObject) video.srcObject.getTracks().forEach(function (track) { track.stop(); });
      video.srcObject = null;
      video.hidden = true;
    }
    function look() {
      if (!video.srcObject) return;
      // A frame that is not there yet, or that nothing can be made of, is followed by the next one.
      Promise.resolve().then(function () { return readPixels(video, video.videoWidth, video.videoHeight); }).catch(function () { return ""; }).then(function (text) {
        if (text && text.slice(0, 4) === "JM1:") { stop(); verify(text).then(show); } else setTimeout(look, 250);
      });
    }
    return navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } }).then(function (stream) {
      video.hidden = false;
      video.srcObject = stream;
      return video.play().then(look);
    }).catch(function () { stop(); show({ result: "no_camera" }); });
  }
  function onFile(id, use) {
    $(id).addEventListener("change", function (event) {
      var file = event.target.files[0];
      // Emptied, so that the same file, renewed on the stick, can be chosen again.
      if (file) file.text().finally(function () { event.target.value = ""; }).then(use).catch(function () { show({ result: "bad_list" }); });
    });
  }

  onFile("keys", setKeys);
  onFile("revoked", setRevoked);
  $("picture").addEventListener("change", function (event) { if (event.target.files[0]) picture(event.target.files[0]); });
  $("go").addEventListener("click", function () { verify($("text").value).then(show); });
  $("camera").addEventListener("click", camera);
  var within = JSON.parse($("lists").textContent);
  (within.keys ? setKeys(within.keys) : Promise.resolve()).then(function () { return within.revoked && setRevoked(within.revoked); }).then(tell, function () { show({ result: "bad_list" }); });
  window.jumuishi = { verify: verify, setKeys: setKeys, setRevoked: setRevoked, picture: picture, show: show };
})();
