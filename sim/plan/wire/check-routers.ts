/** Routers of a Scenario that cannot be, or could not forward what is for the hosts behind them. */
import { cidrsOverlap } from '../../../dataplane/policy/address.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import type { ScenarioHost, ScenarioManifest } from '../../manifest/manifests.ts';
import { tryCidr } from '../ipam/address-of-cidr.ts';
import { familyOfText } from '../flows/address-pair.ts';
import { routersAbove } from './routers.ts';

/** RFC 8200, 5: a link with less carries no IPv6, and Linux makes none there. */
const SMALLEST_IPV6_MTU = 1280;

interface Checking {
  readonly scenario: ScenarioManifest;
  readonly diagnostics: Collector;
}

/** @param mtu of the wire */
export function checkRouters(scenario: ScenarioManifest, mtu: number, diagnostics: Collector): void {
  const { hosts } = scenario.spec;
  const checking = { scenario, diagnostics };
  hosts.forEach((host, i) => {
    checkBehind(host, i, checking);
    checkMtu(host, i, mtu, checking);
    checkFamilies(host, i, checking);
  });
  checkSubnets(checking);
}

function checkBehind(host: ScenarioHost, i: number, { scenario, diagnostics }: Checking): void {
  const { hosts } = scenario.spec;
  const { name, behind } = host;
  if (behind === null) return;
  const span = scenario.spanOf(['spec', 'hosts', i, 'behind']);
  const router = hosts.find((one) => one.name === behind);
  if (router === undefined) {
    const routers = hosts.flatMap((one) => (one.router ? [one.name] : []));
    const help = didYouMean(behind, routers) ?? 'add it to `hosts` of the Scenario, with `router: true`';
    diagnostics.add('E306', span, `host ${behind} is not defined`, { help });
  } else if (!router.router) {
    const help = `write \`router: true\` at ${behind}`;
    diagnostics.add('E491', span, `${behind} is no router: it forwards nothing to ${name}`, { help });
  } else if (routersAbove(host, hosts) === null && leadsBackTo(host, hosts)) {
    const help = 'remove one `behind` of them: that router is on the underlay then';
    diagnostics.add('E491', span, `${name} is behind itself: its routers lead round in a circle`, { help });
  }
}

/** Whether the routers of a host lead to the host itself, and not to a circle of others. */
function leadsBackTo({ name, behind }: ScenarioHost, hosts: readonly ScenarioHost[]): boolean {
  const seen = new Set<string>();
  for (let next = behind; next !== null && !seen.has(next);) {
    if (next === name) return true;
    seen.add(next);
    next = hosts.find((one) => one.name === next)?.behind ?? null;
  }
  return false;
}

function checkMtu(
  { name, behind, router, mtu, addresses }: ScenarioHost,
  i: number,
  wireMtu: number,
  of: Checking,
): void {
  const { scenario, diagnostics } = of;
  const span = scenario.spanOf(['spec', 'hosts', i, ...(mtu === null ? [] : ['mtu'])]);
  const own = mtu ?? wireMtu;
  if (own < SMALLEST_IPV6_MTU && addresses.some((text) => familyOfText(text) === 6)) {
    const message = `a link of ${own} bytes carries no IPv6, which needs ${SMALLEST_IPV6_MTU} (RFC 8200), and ${name} has an IPv6 address`;
    const help = `write \`mtu: ${SMALLEST_IPV6_MTU}\` or more, or leave IPv6 addresses out`;
    diagnostics.add('E491', span, message, { help });
  }
  if (router && behind === null && own !== wireMtu) {
    const message = `${name} is on the underlay, whose MTU is ${wireMtu}: a switch neither cuts up nor answers what ${name} does not take`;
    const help = `leave \`mtu\` out there, and write it at a host or router that is \`behind: ${name}\``;
    diagnostics.add('E491', span, message, { help });
  }
}

/** Whose address does a router answer with, and who is the gateway of whom? */
function checkFamilies(host: ScenarioHost, i: number, { scenario, diagnostics }: Checking): void {
  const { hosts } = scenario.spec;
  const [router] = routersAbove(host, hosts) ?? [];
  if (router === undefined) return;
  for (const family of new Set(host.addresses.map(familyOfText))) {
    if (router.addresses.some((text) => familyOfText(text) === family)) continue;
    const message = `${router.name} has no IPv${family} address, so it forwards no IPv${family} to ${host.name}`;
    const help = `give ${router.name} one`;
    diagnostics.add('E491', scenario.spanOf(['spec', 'hosts', i, 'behind']), message, { help });
  }
}

/** A subnet is on one link: who is in it takes all others of it for neighbours. */
function checkSubnets({ scenario, diagnostics }: Checking): void {
  const { hosts, nodes } = scenario.spec;
  const ofNodes = (nodes ?? []).flatMap(({ name, interfaces }) =>
    (interfaces ?? []).flatMap(({ addresses }) => addresses.map((text) => ({ link: '', owner: `node:${name}`, text }))),
  );
  const seen = [...ofNodes];
  // Those on the underlay first: what is behind a router is told.
  const inOrder = hosts.map((host, i) => ({ host, i })).toSorted((a, b) => order(a.host) - order(b.host));
  for (const { host, i } of inOrder) {
    const link = host.behind === null ? '' : host.name;
    for (const [a, text] of host.addresses.entries()) {
      const cidr = tryCidr(text);
      const other = seen.find((one) => {
        const there = tryCidr(one.text);
        return cidr !== null && there !== null && one.link !== link && cidrsOverlap(cidr, there);
      });
      seen.push({ link, owner: `host:${host.name}`, text });
      if (other === undefined) continue;
      const message = `${text} of ${host.name} and ${other.text} of ${other.owner} are one subnet on two links`;
      const help = 'give each link to a router a subnet of its own';
      diagnostics.add('E491', scenario.spanOf(['spec', 'hosts', i, 'addresses', a]), message, { help });
    }
  }
}

function order({ behind }: ScenarioHost): number {
  return behind === null ? 0 : 1;
}
