// A real OpenID Connect provider on this machine, for one client: its port is told on standard output.
// node provider.mjs CLIENT_ID CLIENT_SECRET REDIRECT_URI
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [clientId, clientSecret, redirectUri] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["preferred_username", "name"], email: ["email"] },
    // Whoever signs in there as N is called N there.
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({ sub: `sub-${id}`, preferred_username: id, name: id }),
    }),
  });
  server.on("request", provider.callback());
  console.log(port);
});
