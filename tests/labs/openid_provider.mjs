// A plain OpenID provider: the certified `oidc-provider` as it is, with two people and keys of its own.
// Environment: PORT, LABS (a folder with node_modules), REDIRECT (where it sends people back to).
import crypto from 'node:crypto';
import http from 'node:http';
import { createRequire } from 'node:module';

const { Provider } = await import(createRequire(`${process.env.LABS}/`).resolve('oidc-provider'));
const PORT = Number(process.env.PORT), BASE = `http://127.0.0.1:${PORT}`;
const people = {
  mia: { email: 'mia@outlook.example', email_verified: true, name: 'Mia' },
  noah: { preferred_username: 'noah', name: 'Noah' },
};
const key = { ...crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  kid: 'key-1', use: 'sig', alg: 'ES256' };

const provider = new Provider(BASE, {
  clients: [{
    client_id: 'mooring', client_secret: 'a secret: with + and %', redirect_uris: [process.env.REDIRECT],
    id_token_signed_response_alg: 'ES256',
    // So that tokens tell the session there; nothing of ours is called.
    backchannel_logout_uri: `${BASE}/nowhere`, backchannel_logout_session_required: true,
  }],
  jwks: { keys: [key] },
  cookies: { keys: ['k'] },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  conformIdTokenClaims: false,
  claims: { openid: ['sub', 'sid'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  findAccount: async (ctx, id) => people[id] && { accountId: id, claims: async () => ({ sub: id, ...people[id] }) },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();
const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, BASE);
  if (!url.pathname.startsWith('/interaction/')) return answer(request, response);
  try {
    const asked = await provider.interactionDetails(request, response);
    const person = url.searchParams.get('as');
    if (asked.prompt.name === 'login' && !person) {
      response.writeHead(200, { 'content-type': 'text/html' });
      const links = Object.keys(people).map((name) => `<li><a href="?as=${name}">${name}</a></li>`);
      return response.end(`<title>Who are you?</title><h1>Who are you?</h1><ul>${links.join('')}</ul>`);
    }
    const result = asked.prompt.name === 'login' ? { login: { accountId: person } } : { consent: {} };
    return await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  } catch (error) {
    console.error(error);
    response.writeHead(500);
    return response.end();
  }
});
server.listen(PORT, '127.0.0.1', () => console.log(`ready ${BASE}`));
