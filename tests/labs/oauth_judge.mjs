// An independent judge of the authorization server: npm openid-client and oauth4webapi, and proofs made with jose.
//
// It prints one line a check, "ok   name" or "FAIL name". Environment: AS, the server's address; LABS, a folder
// with node_modules; TOKEN, the credential for introspection.
import { createRequire } from 'node:module';

const packages = createRequire(process.env.LABS + '/');
const oc = await import(packages.resolve('openid-client'));
const jose = await import(packages.resolve('jose'));

const AS = process.env.AS;
const CLIENT = 'mooring-device';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
const TOKEN = AS + '/oauth/token';

const ok = (name, good) => console.log(good ? 'ok  ' : 'FAIL', name);
const failure = async (ask) => {
  try { const answer = await ask(); return answer?.status ?? 'no error'; }
  catch (error) { return error.error ?? error.cause?.error ?? error.code ?? String(error); }
};

// A person with a browser: cookies, and forms sent with the token that their page carries.
const cookies = new Map();
const browse = async (path, form) => {
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), origin: AS };
  const answer = await fetch(AS + path, { method: form ? 'POST' : 'GET', redirect: 'manual', headers, body: form && new URLSearchParams(form) });
  for (const line of answer.headers.getSetCookie()) { const [pair] = line.split(';'); const at = pair.indexOf('='); cookies.set(pair.slice(0, at), pair.slice(at + 1)); }
  return answer;
};
const submit = async (page, action, fields) => {
  const html = await (await browse(page)).text();
  const form = html.split('<form').find((part) => part.includes(`action="${action}"`)) ?? '';
  const token = /name="form_token" value="([^"]+)"/.exec(form)?.[1] ?? '';
  return browse(action, { ...fields, form_token: token });
};
const decide = async (typed, decision) => submit(`/device?${new URLSearchParams({ user_code: typed })}`, '/device', { user_code: typed, decision });

await submit('/sign-up', '/sign-up', { email: 'mia@outlook.example', password: 'correct horse battery staple' });

// Discovery, and a device's key.
const config = await oc.discovery(new URL(AS), CLIENT, undefined, oc.None(), { algorithm: 'oauth2', execute: [oc.allowInsecureRequests] });
ok('RFC 8414 discovery', config.serverMetadata().issuer === AS);
const pair = await oc.randomDPoPKeyPair('ES256');
const DPoP = oc.getDPoPHandle(config, pair);
const jkt = await jose.calculateJwkThumbprint(await jose.exportJWK(pair.publicKey));
const thief = await oc.randomDPoPKeyPair('ES256');

const proof = async (htu, nonce, { keys = pair, htm = 'POST', head = {}, iat } = {}) =>
  new jose.SignJWT({ htm, htu, jti: crypto.randomUUID(), nonce })
    .setIssuedAt(iat)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await jose.exportJWK(keys.publicKey), ...head })
    .sign(keys.privateKey);
let nonce;
const post = async (path, form, { made, once, ...options } = {}) => {
  for (let tries = 0; ; tries += 1) {
    const headers = { DPoP: made ?? await proof(AS + path, nonce, options) };
    const answer = await fetch(AS + path, { method: 'POST', headers, body: new URLSearchParams(form) });
    nonce = answer.headers.get('dpop-nonce');
    const document = await answer.json();
    if (document.error === 'use_dpop_nonce' && answer.status === 400 && !once && tries < 1) continue;
    return { status: answer.status, ...document };
  }
};
const begin = () => post('/oauth/device_authorization', { client_id: CLIENT, scope: 'activate' });
const poll = (device, options) => post('/oauth/token', { grant_type: DEVICE_CODE, client_id: CLIENT, device_code: device.device_code }, options);

// The device grant.
const device = await begin();
ok('device authorization', !!device.user_code && device.verification_uri_complete.includes(device.user_code));
ok('pending', (await poll(device)).error === 'authorization_pending');
ok('slow_down', (await poll(device)).error === 'slow_down');
ok('approved by user (sloppy typing)', (await decide(' ' + device.user_code.toLowerCase().replace('-', ' '), 'approve')).status === 200);
ok('code stolen, other key refused', (await poll(device, { keys: thief })).error === 'invalid_grant');
const granted = await poll(device);
ok('tokens, DPoP type', granted.token_type === 'DPoP');
ok('device code single use', (await poll(device)).error === 'invalid_grant');

// Authorization code and PKCE, wholly by openid-client.
const verifier = oc.randomPKCECodeVerifier();
const state = oc.randomState();
const wish = oc.buildAuthorizationUrl(config, {
  redirect_uri: 'http://127.0.0.1:50999/callback', scope: 'activate', state, dpop_jkt: jkt,
  code_challenge: await oc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
});
const consent = wish.pathname + wish.search;
ok('consent page', (await browse(consent)).status === 200);
const sent = await submit(consent, '/oauth/authorize', { ...Object.fromEntries(wish.searchParams), decision: 'approve' });
const callback = new URL(sent.headers.get('location'));
const redeem = () => oc.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier, expectedState: state }, undefined, { DPoP });
const tokens = await redeem();
ok('openid-client code grant with DPoP + iss check', tokens.token_type === 'dpop');
const fetchMe = () => oc.fetchProtectedResource(config, tokens.access_token, new URL(AS + '/v1/me'), 'GET', undefined, undefined, { DPoP });
ok('resource with DPoP (nonce dance by the library)', JSON.stringify(await (await fetchMe()).json()).includes('m•••@o•••.example'));
ok('bearer use refused', (await fetch(AS + '/v1/me', { headers: { authorization: 'Bearer ' + tokens.access_token } })).status === 401);
ok('code replay refused + grant revoked', await failure(redeem) === 'invalid_grant' && await failure(fetchMe) !== 200);

// Refresh tokens.
const renew = (token) => oc.refreshTokenGrant(config, token, undefined, { DPoP });
const first = await renew(granted.refresh_token);
ok('rotation', first.refresh_token !== granted.refresh_token);
ok('lost reply repeated inside grace: same successor', (await renew(granted.refresh_token)).refresh_token === first.refresh_token);
ok('stolen refresh token, other key refused', (await post('/oauth/token', { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: first.refresh_token }, { keys: thief })).error === 'invalid_grant');
const second = await renew(first.refresh_token);
ok('reuse of grandparent kills the family', await failure(() => renew(granted.refresh_token)) === 'invalid_grant' && await failure(() => renew(second.refresh_token)) === 'invalid_grant');

// Attacks on the proof.
const form = { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: 'x' };
const attack = async (options) => (await post('/oauth/token', form, options)).error;
const same = await proof(TOKEN, nonce);
const unknown = await attack({ made: same, once: true });
ok('jti replay', unknown === 'invalid_grant' && await attack({ made: same, once: true }) === 'invalid_dpop_proof');
ok('wrong htm', await attack({ htm: 'GET' }) === 'invalid_dpop_proof');
ok('wrong htu', await attack({ made: await proof(AS + '/v1/me', nonce) }) === 'invalid_dpop_proof');
ok('old iat', await attack({ iat: 1 }) === 'invalid_dpop_proof');
ok('wrong typ', await attack({ head: { typ: 'JWT' } }) === 'invalid_dpop_proof');
const own = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
ok('private jwk in header', await attack({ keys: own, head: { jwk: await jose.exportJWK(own.privateKey) } }) === 'invalid_dpop_proof');
ok('no DPoP at all', (await (await fetch(TOKEN, { method: 'POST', body: new URLSearchParams(form) })).json()).error === 'invalid_dpop_proof');

// Open redirects.
const elsewhere = (host) => browse(consent.replace('127.0.0.1%3A50999', host));
const stays = (answer) => answer.status === 400 && !answer.headers.get('location');
ok('redirect to other host refused', stays(await elsewhere('evil.example')));
ok('redirect localhost name refused', stays(await elsewhere('localhost%3A50999')));

// Introspection, revocation, denial.
const another = await begin();
await decide(another.user_code, 'approve');
const held = await poll(another);
const introspect = async (token) => (await fetch(AS + '/oauth/introspect', { method: 'POST', headers: { authorization: 'Bearer ' + process.env.TOKEN }, body: new URLSearchParams({ token }) })).json();
const told = await introspect(held.access_token);
ok('introspection active + cnf.jkt', told.active && told.cnf.jkt === jkt);
await oc.tokenRevocation(config, held.refresh_token);
ok('revoking the refresh token ends the access token', (await introspect(held.access_token)).active === false);
ok('unauthenticated introspection refused', (await fetch(AS + '/oauth/introspect', { method: 'POST', body: new URLSearchParams({ token: 'x' }) })).status === 401);
const unwanted = await begin();
await decide(unwanted.user_code, 'deny');
ok('denied by user', (await poll(unwanted)).error === 'access_denied');
