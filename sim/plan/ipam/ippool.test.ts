import { describe, expect, it } from 'vitest';
import { found, plan, pool } from '../testdata/planning.ts';

const good = 'subnet: 172.51.0.0/16, ips: [172.51.0.100-172.51.0.108], gateway: 172.51.0.1';

function refusals(...specs: readonly string[]): string[] {
  return found(plan(...specs.map((spec, i) => pool(`p${i}`, spec)))).map((line) => line.replace(/ \d+:\d+ /, ' '));
}

describe('a SpiderIPPool', () => {
  it('is taken as it is when all is well', () => {
    expect(refusals(good)).toEqual([]);
  });

  it('must have a subnet in canonical form', () => {
    expect(refusals(good.replace('172.51.0.0/16', '172.51.0.230/16'))).toEqual([
      'E401 unformatted subnet 172.51.0.230/16, please change it to 172.51.0.0/16',
    ]);
  });

  it('must not have leading zeros, which is said', () => {
    const helps = (spec: string) => plan(pool('p', spec)).diagnostics.map(({ code, help }) => `${code} ${help}`);
    const write = (text: string) => `it has leading zeros: write \`${text}\``;
    expect(helps('ipVersion: 4, subnet: 010.244.0.0/16')).toEqual([`E406 ${write('10.244.0.0/16')}`]);
    expect(helps('subnet: 172.51.0.0/16, ips: [172.51.0.010], gateway: 172.51.0.01')).toEqual([
      `E404 ${write('172.51.0.10')}`,
      `E403 ${write('172.51.0.1')}`,
    ]);
    expect(helps(`${good}, routes: [ { dst: 010.0.0.0/8, gw: 172.51.0.1 } ]`)).toEqual([`E405 ${write('10.0.0.0/8')}`]);
  });

  it('must have a gateway of its subnet', () => {
    expect(refusals(good.replace('gateway: 172.51.0.1', 'gateway: 10.0.0.1'))).toEqual([
      "E403 gateway 10.0.0.1 not pertains to the 'spec.subnet' 172.51.0.0/16 of IPPool",
    ]);
  });

  it('must not give its gateway out', () => {
    const spec = good.replace('gateway: 172.51.0.1', 'gateway: 172.51.0.105');
    expect(refusals(spec)).toEqual([
      "E403 ips 172.51.0.100-172.51.0.108 conflicts with 'spec.gateway' 172.51.0.105, add the gateway IP address to 'spec.excludeIPs' or remove it from 'spec.ips'",
    ]);
    expect(refusals(`${spec}, excludeIPs: [172.51.0.105]`)).toEqual([]);
  });

  it('must have all its addresses in its subnet', () => {
    expect(refusals('subnet: 172.51.0.0/16, ips: [172.52.0.1, 172.51.0.9], excludeIPs: [1.1.1.1]')).toEqual([
      "E404 ips 172.52.0.1 not pertains to the 'spec.subnet' 172.51.0.0/16 of IPPool",
      "E404 excludeIPs 1.1.1.1 not pertains to the 'spec.subnet' 172.51.0.0/16 of IPPool",
    ]);
  });

  it.each(['172.51.0.9-172.51.0.1', '172.51.0.1 - 172.51.0.9', '172.51.0.1-fd00::1', '172.51.0.1-2-3', '172.51.1'])(
    'must write ranges as two addresses in order: not %s',
    (range) => {
      expect(refusals(`subnet: 172.51.0.0/16, ips: ["${range}"]`)).toEqual([
        `E404 invalid IP range format in IPv4 '${range}'`,
      ]);
    },
  );

  it('must have a subnet of its IP version', () => {
    expect(refusals('ipVersion: 6, subnet: 172.51.0.0/16')).toEqual([
      "E406 invalid CIDR format in IPv6 '172.51.0.0/16'",
    ]);
  });

  it('must not overlap with the subnet of another', () => {
    expect(refusals(good, 'subnet: 172.51.4.0/24, ips: [172.51.4.1]')).toEqual([
      "E402 IPPool p1: overlap with IPPool p0 which 'spec.subnet' is 172.51.0.0/16",
    ]);
  });

  it('may share a subnet with another, but no address', () => {
    expect(refusals(good, 'subnet: 172.51.0.0/16, ips: [172.51.0.109-172.51.0.120]')).toEqual([]);
    expect(refusals(good, 'subnet: 172.51.0.0/16, ips: [172.51.0.107-172.51.0.120]')).toEqual([
      "E402 IPPool p1: overlap with IPPool p0 in IP ranges [172.51.0.107-172.51.0.108], total IP addresses of an IPPool are jointly determined by 'spec.ips' and 'spec.excludeIPs'",
    ]);
    expect(
      refusals(
        good,
        'subnet: 172.51.0.0/16, ips: [172.51.0.107-172.51.0.120], excludeIPs: [172.51.0.107-172.51.0.108]',
      ),
    ).toEqual([]);
  });

  it('must leave the default route to its gateway', () => {
    expect(refusals(`${good}, routes: [{ dst: 0.0.0.0/0, gw: 172.51.0.2 }]`)).toEqual([
      "E405 please specify 'spec.gateway' to configure the default route",
    ]);
    expect(refusals(`${good}, routes: [{ dst: 10.0.0.0/8, gw: 172.52.0.2 }]`)).toEqual([
      "E405 gw 172.52.0.2 not pertains to the 'spec.subnet' 172.51.0.0/16 of IPPool",
    ]);
  });

  it('of IPv6 is checked alike', () => {
    expect(refusals('subnet: fd00:51::/64, ips: ["fd00:51::10-fd00:51::1f"], gateway: "fd00:51::1"')).toEqual([]);
    expect(refusals('subnet: fd00:51::5/64, ips: []')).toEqual([
      'E401 unformatted subnet fd00:51::5/64, please change it to fd00:51::/64',
    ]);
  });
});
