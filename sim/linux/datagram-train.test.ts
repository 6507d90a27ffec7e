import { afterEach, expect, it } from 'vitest';
import { DatagramInbox, DatagramTrain, readStamp } from './datagram-train.ts';
import { poll } from './poll.ts';
import { enableDepartureTimes, setReceiveBuffer, setSendBuffer } from './socket-options.ts';
import { close, localEndpoint, udpSocket } from './socket.ts';
import { notRoot } from './testdata/machine.ts';

const open: number[] = [];
afterEach(() => open.splice(0).forEach(close));

function pair(): { from: number; to: number } {
  const to = udpSocket({ local: { address: '127.0.0.1', port: 0 } });
  const from = udpSocket({ remote: localEndpoint(to) });
  open.push(from, to);
  return { from, to };
}

function heard(to: number, inbox = new DatagramInbox(4)): (number | null)[][] {
  const datagrams: (number | null)[][] = [];
  poll([{ fd: to, for: 'read' }], 1000);
  inbox.receive(to, (...datagram) => datagrams.push(datagram));
  return datagrams;
}

it('sends a batch in one call; number, departure and length arrive, beyond a receiver batch too', () => {
  const { from, to } = pair();
  const train = new DatagramTrain(from, 1400, 10, false);
  const late = 2 ** 40 + 12_345;
  for (let i = 0; i < 10; i++) train.set(i, 2 ** 33 + i, late + i);
  expect(train.send(10)).toEqual({ sent: 10, outcome: 'sent' });
  expect(heard(to)).toEqual(Array.from({ length: 10 }, (_, i) => [2 ** 33 + i, late + i, 1400]));
});

it.skipIf(notRoot())('gives each datagram a departure time, which a device without a queue passes over', () => {
  const { from, to } = pair();
  enableDepartureTimes(from);
  setSendBuffer(from, 1 << 20);
  setReceiveBuffer(to, 1 << 20);
  const train = new DatagramTrain(from, 16, 2, true);
  const now = Number(process.hrtime.bigint());
  train.set(0, 0, now);
  train.set(1, 1, now + 1e6);
  expect(train.send(2).sent).toBe(2);
  expect(heard(to)).toEqual([
    [0, now, 16],
    [1, now + 1e6, 16],
  ]);
});

it('counts a datagram too short for a stamp', () => {
  const { from, to } = pair();
  const train = new DatagramTrain(from, 3, 1, false);
  train.set(0, 7, 7);
  train.send(1);
  expect(heard(to)).toEqual([[null, null, 3]]);
  expect(readStamp(new Uint8Array(15))).toBeNull();
});

it('says that nobody listens', () => {
  const { from, to } = pair();
  close(to);
  open.pop();
  const train = new DatagramTrain(from, 100, 2, false);
  train.send(1);
  expect(train.send(1)).toEqual({ sent: 0, outcome: 'refused' });
});
