import { describe, expect, it } from 'vitest';
import { found, goodPlan, network, onNetwork, plan, pod, scenario, seedPool } from '../testdata/planning.ts';

const withSysctls = (...written: readonly string[]): string => {
  const listed = written.map((one) => one.split('=')).map(([name, value]) => `{ name: ${name}, value: "${value}" }`);
  return pod('client', onNetwork, `securityContext: { sysctls: [ ${listed.join(', ')} ] }`);
};
const lab = (allowed: string, ...sysctls: readonly string[]) => [
  ...[network, seedPool, withSysctls(...sysctls)],
  scenario(
    `nodes: [ { name: n1, ${allowed} interfaces: [ { name: ens192, addresses: [172.51.0.9/16] } ] } ]\ntimeline: [ { sleep: 1s } ]`,
  ),
];

describe('sysctls of a pod', () => {
  it('are those of its network stack that every kubelet allows', () => {
    const { pods } = goodPlan(
      ...lab('', 'net.ipv4.tcp_rmem=4096 32768 32768', 'net/ipv4/tcp_fin_timeout=5', 'kernel.shm_rmid_forced=1'),
    );
    expect(pods[0]!.sysctls).toEqual([
      { name: 'net.ipv4.tcp_rmem', value: '4096 32768 32768' },
      { name: 'net.ipv4.tcp_fin_timeout', value: '5' },
    ]);
  });

  it('and those that the kubelet of its node allows', () => {
    for (const allowed of ['net.core.*', 'net.core.somaxconn', 'net/core/somaxconn']) {
      const { pods } = goodPlan(...lab(`allowedUnsafeSysctls: [ ${allowed} ],`, 'net.core.somaxconn=1024'));
      expect(pods[0]!.sysctls).toEqual([{ name: 'net.core.somaxconn', value: '1024' }]);
    }
  });

  it('keep the pod from running where the kubelet forbids one', () => {
    expect(found(plan(...lab('', 'net.core.somaxconn=1024')))).toEqual([
      expect.stringMatching(
        /^E443 .*kubelet of n1 rejects Pod default\/client \(SysctlForbidden\): net\.core\.somaxconn/,
      ),
    ]);
    expect(found(plan(...lab('allowedUnsafeSysctls: [ net.ipv4.* ],', 'net.core.somaxconn=1024')))).toHaveLength(1);
    expect(found(plan(...lab('', 'vm.swappiness=0')))).toEqual([
      expect.stringMatching(/^E443 .*every kubelet rejects .*vm\.swappiness is of the whole machine/),
    ]);
  });
});
