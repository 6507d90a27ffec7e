"""The peer: N mininet hosts on one Linux bridge, no shaping. Prints milliseconds a host, from build to started."""
import sys
import time

from mininet.net import Mininet
from mininet.nodelib import LinuxBridge
from mininet.topo import Topo


class Star(Topo):
    def build(self, hosts):
        switch = self.addSwitch('s1')
        for i in range(hosts):
            self.addLink(self.addHost('h%d' % i), switch)


hosts = int(sys.argv[1])
net = Mininet(topo=Star(hosts=hosts), switch=LinuxBridge, controller=None, ipBase='10.1.0.0/16', build=False)
began = time.monotonic()
net.build()
net.start()
print((time.monotonic() - began) * 1000 / hosts)
net.stop()
