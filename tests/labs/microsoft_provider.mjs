// A Microsoft-shaped OpenID provider: the certified `oidc-provider`, with Microsoft's deviations, and forgeries.
// Environment: PORT, LABS (a folder with node_modules), REDIRECT (where it sends people back to).
// Everything is on http://127.0.0.1:PORT; what is below /_test/ is for the tests.
import http from 'node:http';
import crypto from 'node:crypto';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
const { Provider } = await import(createRequire(`${process.env.LABS}/`).resolve('oidc-provider'));
const PORT = Number(process.env.PORT), BASE = `http://127.0.0.1:${PORT}`;
const MSA = '9188040d-6c67-4c5b-b112-36a304b66dad';
const CONTOSO = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490', EVIL = '66666666-6666-4666-8666-666666666666';
const users = new Map(Object.entries({ // key = login name typed by the user
  'mia@outlook.example': { tid: MSA, oid: '00000000-0000-0000-66f3-3332eca7ea81', name: 'Mia', email: 'mia@outlook.example', xms_edov: true },
  'ceo@contoso.example': { tid: CONTOSO, oid: '11111111-aaaa-4aaa-8aaa-111111111111', name: 'Ceo' },                       // no mail claim at all
  'attacker@evil.example': { tid: EVIL, oid: '22222222-bbbb-4bbb-8bbb-222222222222', name: 'Eve', email: 'mia@outlook.example' }, // nOAuth: forged mail, edov absent
}));
const als = new AsyncLocalStorage();
const jwk = (scope) => ({ ...crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid: crypto.randomBytes(9).toString('base64url'), use: 'sig', alg: 'RS256', scope });
let aad = [jwk('aad')], msa = [jwk('msa')];
const pair = (acc, clientId) => crypto.createHash('sha256').update(`${clientId}|${acc.tid}|${acc.oid}`).digest('base64url');
const clients = [{
  client_id: '11112222-3333-4444-8555-666677778888',
  client_secret: 's3cret',
  redirect_uris: [process.env.REDIRECT],
  grant_types: ['authorization_code'],
  token_endpoint_auth_method: 'client_secret_post',
}];
const cookieKeys = ['k'];
function build(keys) {
  const p = new Provider(`${BASE}/x/v2.0`, {
    clients, jwks: { keys: keys.map(({ scope, ...k }) => k) }, cookies: { keys: cookieKeys },
    routes: { authorization: '/oauth2/v2.0/authorize', token: '/oauth2/v2.0/token', jwks: '/discovery/v2.0/keys',
      userinfo: '/oidc/userinfo' },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    scopes: ['openid', 'profile', 'email', 'offline_access'], conformIdTokenClaims: false,
    claims: { openid: ['sub', 'tid', 'ver', 'sid'], profile: ['name', 'preferred_username', 'oid'], email: ['email', 'xms_edov'] },
    findAccount: async (ctx, id) => users.has(id) ? { accountId: id, claims: async () => ({ sub: pair(users.get(id), ctx.oidc.client.clientId), ver: '2.0', preferred_username: id, ...users.get(id) }) } : undefined,
    interactions: { url: (ctx, i) => `/interaction/${i.uid}` },
    loadExistingGrant: async (ctx) => { const g = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      g.addOIDCScope('openid profile email offline_access'); await g.save(); return g; },
    pkce: { required: () => false },  // Microsoft recommends PKCE, and does not require it of servers
    ttl: { Grant: 86400, Session: 86400, IdToken: 3600, AccessToken: 3600, Interaction: 600 },
  });
  // the heart of it: iss follows the *signed-in account's* tenant, whichever endpoint was used
  Object.defineProperty(p, 'issuer', { get() {
    const acc = Provider.prototype && als.getStore() && p.constructor.ctx?.oidc?.account?.accountId; const u = acc && users.get(acc);
    return `${BASE}/${u ? u.tid : als.getStore()?.tenant ?? 'common'}/v2.0`; } });
  p.use(async (ctx, next) => { await next();
    if (ctx.body?.id_token && ctx.path.endsWith('/token')) ctx.body.id_token = resign(ctx.body.id_token);
  });
  return p;
}
const p = build([jwk('core')]);        // the core provider's own key never leaves it: id_tokens are re-signed below
const b64 = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');
let attack = {};                      // /_test/attack {"claims":{..}, "header":{..}, "key":"msa"|"aad"|"rogue", "drop":["tid"]}
function resign(idt) {
  const [h, c] = idt.split('.').map((x, i) => i < 2 ? JSON.parse(Buffer.from(x, 'base64url')) : x);
  Object.assign(c, attack.claims); for (const k of attack.drop ?? []) delete c[k];
  const scope = attack.key ?? (c.tid === MSA ? 'msa' : 'aad'); const k = scope === 'rogue' ? jwk('rogue') : (scope === 'msa' ? msa : aad)[0];
  const head = { typ: 'JWT', alg: 'RS256', kid: k.kid, ...attack.header }; const si = `${b64(head)}.${b64(c)}`;
  if (head.alg === 'HS256') {  // the public key as a shared secret
    const pem = crypto.createPublicKey({ key: k, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    return `${si}.${crypto.createHmac('sha256', pem).update(si).digest('base64url')}`;
  }
  return head.alg === 'none' ? `${si}.` : `${si}.${crypto.sign('sha256', Buffer.from(si), crypto.createPrivateKey({ key: k, format: 'jwk' })).toString('base64url')}`;
}
const tenantOf = (t) => ({ consumers: MSA })[t] ?? t;
const issuerTpl = (t) => ['common', 'organizations'].includes(t) ? `${BASE}/{tenantid}/v2.0` : `${BASE}/${tenantOf(t)}/v2.0`;
const json = (res, o, s = 200) => { res.writeHead(s, { 'content-type': 'application/json' }); res.end(JSON.stringify(o)); };
const body = (req) => new Promise((r) => { let b = ''; req.on('data', (d) => b += d).on('end', () => r(b)); });
const server = http.createServer(async (req, res) => { try {
  const url = new URL(req.url, BASE); let m;
  if (url.pathname === '/_test/rotate') { aad = url.searchParams.has('drop') ? [jwk('aad')] : [jwk('aad'), ...aad]; msa = url.searchParams.has('drop') ? [jwk('msa')] : [jwk('msa'), ...msa]; return json(res, { kid: aad[0].kid }); }
  if (url.pathname === '/_test/attack') { attack = JSON.parse(await body(req) || '{}'); return json(res, attack); }
  if (url.pathname === '/_test/user') { const u = JSON.parse(await body(req)); users.set(u.login, { ...users.get(u.login), ...u.set }); return json(res, { ok: 1 }); }
  if ((m = url.pathname.match(/^\/([^/]+)\/v2\.0\/\.well-known\/openid-configuration$/))) { const t = m[1], o = `${BASE}/${t}/oauth2/v2.0`;
    return json(res, { token_endpoint: `${o}/token`, token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      jwks_uri: `${BASE}/${t}/discovery/v2.0/keys`, response_modes_supported: ['query', 'fragment', 'form_post'], subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'], response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'], issuer: issuerTpl(t), request_uri_parameter_supported: false,
      userinfo_endpoint: `${BASE}/oidc/userinfo`, authorization_endpoint: `${o}/authorize`, 
      frontchannel_logout_supported: true,
      claims_supported: ['sub', 'iss', 'cloud_instance_name', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'nonce', 'preferred_username', 'name', 'tid', 'ver', 'at_hash', 'c_hash', 'email'] }); }
  if ((m = url.pathname.match(/^\/([^/]+)\/discovery\/v2\.0\/keys$/))) {
    const pub = (k, iss) => ({ kty: k.kty, use: 'sig', kid: k.kid, x5t: k.kid, n: k.n, e: k.e, issuer: iss });      // no `alg`, extra `issuer`, as Microsoft
    return json(res, { keys: [...aad.map((k) => pub(k, `${BASE}/{tenantid}/v2.0`)), ...msa.map((k) => pub(k, `${BASE}/${MSA}/v2.0`))] }); }
  let tenant = 'common';
  if ((m = url.pathname.match(/^\/([^/]+)(\/oauth2\/v2\.0\/.*)$/))) { tenant = m[1]; req.url = m[2] + url.search; }
  if ((m = url.pathname.match(/^\/interaction\/([^/]+)$/))) {
    const d = await p.interactionDetails(req, res);
    const pick = url.searchParams.get('as') ?? (users.has(d.params.login_hint) ? d.params.login_hint : null);
    if (d.prompt.name === 'login' && !pick) { res.writeHead(200, { 'content-type': 'text/html' });
      return res.end(`<title>Pick an account</title><h1>Pick an account</h1><ul>${[...users.keys()].map((u) => `<li><a href="?as=${encodeURIComponent(u)}">${u}</a>`).join('')}</ul><a href="?as=_deny">Cancel</a>`); }
    if (pick === '_deny') return await p.interactionFinished(req, res, { error: 'access_denied', error_description: 'AADSTS65004: User declined to consent' });
    return await p.interactionFinished(req, res, d.prompt.name === 'login' ? { login: { accountId: pick } } : { consent: {} }, { mergeWithLastSubmission: true }); }
  return als.run({ tenant }, () => p.callback()(req, res));
} catch (e) { console.error(e); if (!res.headersSent) json(res, { error: String(e) }, 500); } });
server.listen(PORT, '127.0.0.1', () => console.log(`ready ${BASE}`));
