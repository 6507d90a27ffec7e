/**
 * What this kernel can do for a lab, found by doing it. A bundle of its own: it is run in a fresh network namespace
 * that ends with it, and prints one line of JSON: `{ "ipvlan": null, "fq": "ENOENT: …" }`, null where it worked.
 */
import { SystemCallError } from '../linux/errno.ts';
import { loadBpfObject } from '../linux/bpf.ts';
import { Rtnetlink } from '../linux/rtnetlink.ts';

type Probe = (links: Rtnetlink, master: number) => void;

/** In the order a person should read them. `master` is the ifindex of a veth that is up. */
const PROBES: Readonly<Record<string, Probe>> = {
  ipvlan: (links, master) => {
    links.addLink({ kind: 'ipvlan', name: 'probe-ipvlan', master, mode: 'l2', isolation: 'bridge' });
  },
  fq: (links, master) => {
    links.addQdisc(master, 'root', { kind: 'fq' });
  },
  clsact: (links, master) => {
    links.addQdisc(master, 'clsact', { kind: 'clsact' });
  },
  ifb: (links) => {
    links.addLink({ kind: 'ifb', name: 'probe-ifb' });
  },
  bridge: (links) => {
    links.addLink({ kind: 'bridge', name: 'probe-bridge' });
  },
};

const found: Record<string, string | null> = {};
const attempt = (name: string, work: () => void): void => {
  try {
    work();
    found[name] = null;
  } catch (error) {
    found[name] = wordsOf(error);
  }
};

attempt('netlink', () => {
  using links = Rtnetlink.open();
  links.addLink({ kind: 'veth', name: 'probe-a', peer: { name: 'probe-b' } });
  const master = links.link('probe-a')?.ifindex ?? 0;
  links.setLink(master, { up: true });
  for (const [name, probe] of Object.entries(PROBES))
    attempt(name, () => {
      probe(links, master);
    });
});
const object = process.argv[2];
if (object !== undefined) attempt('bpf', () => loadBpfObject(object)[Symbol.dispose]());
process.stdout.write(`${JSON.stringify(found)}\n`);

/** Without the remedy that a system call's error brings: the reader of the findings has its own. */
function wordsOf(error: unknown): string {
  if (!(error instanceof SystemCallError)) return error instanceof Error ? error.message : String(error);
  return error.remedy === null ? error.message : error.message.replace(`; ${error.remedy}`, '');
}
