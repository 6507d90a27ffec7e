import { describe, expect, test } from 'vitest';
import { complaints, panicIn } from './kernel-log.ts';

/** As kernels printed them: 6.1 in User-mode Linux, 5.10 and 6.12 on x86. */
const WARNING = `
[   11.210000] ------------[ cut here ]------------
[   11.210000] WARNING: CPU: 0 PID: 61 at mm/page_alloc.c:5629 __alloc_pages+0xb4/0x240
[   11.210000] Modules linked in: ipvlan
[   11.220000] CPU: 0 PID: 61 Comm: node Not tainted 6.1.176 #1
[   11.220000] Stack:
[   11.220000]  6047fe2f 60497c71 00000009 00000000
[   11.220000] Call Trace:
[   11.220000]  [<60497c71>] ? _printk+0x0/0x94
[   11.230000] ---[ end trace 0000000000000000 ]---
[   12.000000] eth0: link becomes ready
`;

describe('what a kernel complains of', () => {
  test('is a warning with its place in the source, without timestamps, registers and stack', () => {
    expect(complaints(WARNING)).toEqual([
      {
        line: 'WARNING: CPU: 0 PID: 61 at mm/page_alloc.c:5629 __alloc_pages+0xb4/0x240',
        quote: ['WARNING: CPU: 0 PID: 61 at mm/page_alloc.c:5629 __alloc_pages+0xb4/0x240'],
      },
    ]);
  });

  test.each([
    ['WARNING: net/core/dev.c:9999 at netdev_warn+0x1/0x2, CPU#0: node/61'],
    ['WARNING: possible circular locking dependency detected'],
    ['BUG: kernel NULL pointer dereference, address: 0000000000000008'],
    ['[    3.100000][   T61] BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585'],
    ['Oops: 0002 [#1] PREEMPT SMP NOPTI'],
    ['general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1]'],
    ['kernel BUG at net/core/skbuff.c:192!'],
    ['rcu: INFO: rcu_preempt self-detected stall on CPU'],
    ['INFO: task kworker/0:1:10 blocked for more than 120 seconds.'],
    ['watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [sh:88]'],
    ['unregister_netdevice: waiting for lo to become free. Usage count = 2'],
    ['UBSAN: array-index-out-of-bounds in net/sched/sch_fq.c:12:3'],
  ])('is: %s', (line) => {
    expect(complaints(`before\n${line}\nafter\n`)).toHaveLength(1);
  });

  test.each([
    ['WARNING: this is a program speaking'],
    ['(node:12) Warning: something is deprecated'],
    ['random: crng init done'],
    ['Warning: unable to open an initial console.'],
    ['TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.'],
    ['the plan says BUG: nothing'],
  ])('is not: %s', (line) => {
    expect(complaints(`${line}\n`)).toEqual([]);
  });
});

test('a panic is quoted with its sentence', () => {
  const text = '[    5.1] sysrq: Trigger a crash\r\n[    5.1] Kernel panic - not syncing: sysrq triggered crash\r\n';
  expect(panicIn(text)?.line).toBe('Kernel panic - not syncing: sysrq triggered crash');
  expect(panicIn('a panic button\n')).toBeNull();
});
