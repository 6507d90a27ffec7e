import { expect, it } from 'vitest';
import { parseSockets } from './proc-net.ts';

it('reads ports and states of /proc/net/tcp and tcp6', () => {
  const table = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when
   0: 00000000000000000000000000000000:14B5 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   1: 0100007F:D0C2 0100007F:14B5 01 00000000:00000000 00:00000000 00000000     0        0 17741
   2: 0100007F:D0C4 0100007F:14B5 06 00000000:00000000 00:00000000 00000000     0        0 17741
`;
  expect(parseSockets(table)).toEqual([
    { localPort: 5301, remotePort: 0, state: 'listen' },
    { localPort: 53_442, remotePort: 5301, state: 'established' },
    { localPort: 53_444, remotePort: 5301, state: 'time-wait' },
  ]);
});
