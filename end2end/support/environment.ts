// What the tests are told by whoever starts them. `cargo xtask test` gives all of it; by hand:
//
//   REVISOR_E2E_URL      the server, with the demo in it
//   REVISOR_E2E_KEY      a key of the host `crm`: `revisor key create --host crm --scopes admin,record,read`
//   REVISOR_E2E_PROGRAM  the program `revisor`, for the tests that start a server of their own
//   REVISOR_E2E_CONTACTS_URL  the example of a host, whose contacts a rule follows on that server
//   REVISOR_SITE_ROOT    the folder of the site's files, for that server
//   REVISOR_CHROMIUM     the browser to drive

/** The value of a variable without which a test cannot say anything. */
export function needed(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set; end2end/support/environment.ts says what it is`);
  }
  return value;
}

/** The people of the demo who can sign in. */
export const PEOPLE = {
  administrator: { login: 'admin', password: 'demo-admin', name: 'Demo Administrator' },
  auditor: { login: 'auditor', password: 'demo-auditor', name: 'Demo Auditor' },
  salesperson: { login: 'nadia', password: 'demo-nadia', name: 'Nadia Okafor' },
} as const;

export type Person = keyof typeof PEOPLE;

/** The host of the demo. */
export const HOST = 'crm';

let counted = 0;
const run = Date.now().toString(36);

/** A name that no other test, and no earlier run on the same server, has used. */
export function unique(stem: string): string {
  counted += 1;
  return `${stem}.${run}${process.pid.toString(36)}${counted}`;
}
