import { describe, expect, it } from 'vitest';
import { readChain } from '../network/chain.ts';
import { bondKeys, innerIpamKeys, ipamKeys, listKeys, pluginKeys, policyRouteKeys } from './plugin-keys.ts';
import { keyTypes } from './plugin-types.ts';

it('every key that is known has a type, and no other', () => {
  const inner = Object.values(innerIpamKeys).flatMap((ipam) => Object.values(ipam).map(({ keys }) => keys));
  const tables = [listKeys, bondKeys, policyRouteKeys, ...Object.values(pluginKeys), ...Object.values(ipamKeys)];
  const known = new Set([...tables, ...inner].flatMap((keys) => Object.keys(keys)));
  expect([...known].sort()).toEqual([...keyTypes.keys()].sort());
});

const IPAM = { type: 'host-local', subnet: '10.4.0.0/24' };
const IPVLAN = { type: 'ipvlan', master: 'eth1', ipam: IPAM };
const one = (more: object) => readChain({ cniVersion: '0.3.1', name: 'n', ...IPVLAN, ...more });
const list = (more: object) => readChain({ cniVersion: '0.3.1', name: 'n', plugins: [IPVLAN], ...more });
const withIpam = (more: object) => one({ ipam: { ...IPAM, ...more } });

describe('what the cluster cannot read is refused', () => {
  it.each([
    ['cniVersion of a number', one({ cniVersion: 1 }), 'invalid', /`cniVersion` is a text, not 1$/],
    ['the same in a list', list({ cniVersion: 1 }), 'invalid', /`cniVersion` is a text, not 1$/],
    ['cniVersion that is none', one({ cniVersion: 'abc' }), 'fails', /incompatible CNI versions; config is "abc"/],
    ['cniVersion that nobody speaks', list({ cniVersion: '0.3.9' }), 'fails', /incompatible .* config is "0\.3\.9"/],
    ['master of a number', one({ master: 1 }), 'invalid', /`master` of ipvlan is a text, not 1$/],
    ['mtu in quotes', one({ mtu: '1400' }), 'invalid', /`mtu` of ipvlan is a whole number, not "1400"$/],
    ['linkInContainer in quotes', one({ linkInContainer: 'true' }), 'invalid', /`linkInContainer` .* is true or false/],
    [
      'a name that is no name',
      list({ name: 'a b/c' }),
      'invalid',
      /invalid characters found in network name: "a b\/c"/,
    ],
    ['the same of one plugin', one({ name: '-a' }), 'invalid', /invalid characters found in network name: "-a"/],
    ['a name of a number', list({ name: 7 }), 'invalid', /`name` is a text, not 7/],
    ['routes that are no list', withIpam({ routes: { dst: '0.0.0.0/0' } }), 'fails', /`routes` is a list of routes/],
    ['dst without a length', withIpam({ routes: [{ dst: '0.0.0.0' }] }), 'fails', /`dst` of a route .*invalid CIDR/],
    ['a route without dst', withIpam({ routes: [{ gw: '10.4.0.1' }] }), 'fails', /`dst` of a route .* not ""$/],
    ['gw that is none', withIpam({ routes: [{ dst: '0.0.0.0/0', gw: 'x' }] }), 'fails', /`gw` of a route .* an IP/],
    ['no plugins', list({ plugins: [] }), 'invalid', /no plugins in list/],
    ['plugins that are no list', list({ plugins: {} }), 'invalid', /`plugins` is a list of plugins/],
    ['a plugin that is none', list({ plugins: [IPVLAN, 'tuning'] }), 'invalid', /`plugins` is a list of plugins/],
    ['a plugin without a type', list({ plugins: [IPVLAN, {}] }), 'invalid', /missing `type`/],
    ['no type', one({ type: undefined }), 'invalid', /missing `type`/],
    ['no IPAM', one({ ipam: undefined }), 'invalid', /has no IPAM/],
    ['an IPAM without a type', one({ ipam: {} }), 'invalid', /has no IPAM/],
    ['an IPAM of an empty type', one({ ipam: { type: '' } }), 'invalid', /has no IPAM/],
    [
      'a sysctl that is no object',
      list({ plugins: [IPVLAN, { type: 'tuning', sysctl: 'x' }] }),
      'invalid',
      /of tuning is/,
    ],
    [
      'the mode of a bond in words',
      list({ plugins: [{ type: 'ifacer', interfaces: ['eth0'], bond: { name: 'b', mode: '1' } }, IPVLAN] }),
      'invalid',
      /`mode` of the bond is a whole number/,
    ],
  ])('%s', (_, chain, kind, words) => {
    expect(chain).toMatchObject({ kind, problem: expect.stringMatching(words) as string });
  });

  it.each(['tuning', 'bandwidth', 'firewall', 'portmap', 'sbr', 'rdma', 'coordinator', 'cilium-cni'])(
    '%s before ipvlan, which has no result to go on from',
    (type) => {
      expect(list({ plugins: [{ type }, IPVLAN] })).toMatchObject({ kind: 'fails', plugin: 0 });
      expect(list({ plugins: [IPVLAN, { type }] })).not.toHaveProperty('problem');
    },
  );

  it('null is no value', () => {
    expect(one({ mode: null, mtu: null, master: null })).not.toHaveProperty('problem');
  });
});
