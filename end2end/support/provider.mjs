// An OpenID Connect provider for tests: npm's oidc-provider, which signs everybody in without
// asking. Who it is stands in the header `x-account` of the request that begins; what they are in
// the account's name: `ada+ops+sales` is ada in the groups ops and sales.
//
// Arguments: the address that people are sent back to. Prints its own address, once it listens.

import Provider from "oidc-provider";

const [, , back] = process.argv;
const account = (id) => {
  const [login, ...groups] = id.split("+");
  return { sub: login, preferred_username: login, name: login.toUpperCase(), groups };
};

const server = (await import("node:http")).createServer();
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;

// What an account was in at its last sign-in, by its login.
const known = new Map();
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "revisor",
      client_secret: "a secret of tests alone",
      redirect_uris: [back],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], profile: ["name", "preferred_username"], groups: ["groups"] },
  scopes: ["openid", "profile", "groups"],
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  cookies: { keys: ["tests"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => known.get(id) ?? { sub: id } }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  const { prompt, params } = await provider.interactionDetails(ctx.req, ctx.res);
  if (prompt.name === "login") {
    const told = account(ctx.get("x-account"));
    known.set(told.sub, told);
    await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: told.sub } });
  } else {
    const { session } = await provider.interactionDetails(ctx.req, ctx.res);
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const grantId = await grant.save();
    await provider.interactionFinished(ctx.req, ctx.res, { consent: { grantId } });
  }
  ctx.respond = false;
});

server.on("request", provider.callback());
console.log(issuer);
// Ends with whoever started it.
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
