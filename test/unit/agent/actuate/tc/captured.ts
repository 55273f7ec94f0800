/** `tc -s class show dev air0` then `tc -s qdisc show dev air0` under traffic, iproute2 6.1.0. */
export const classesUnderTraffic = `class htb 1:11 parent 1:1 leaf 8019: prio 0 rate 7500Kbit ceil 7500Kbit burst 1598b cburst 1598b 
 Sent 909060 bytes 2180 pkt (dropped 0, overlimits 1251 requeues 0) 
 backlog 0b 0p requeues 0
 lended: 2180 borrowed: 0 giants: 0
 tokens: -6703 ctokens: -6703

class htb 1:1 root rate 27Mbit ceil 27Mbit burst 1596b cburst 1596b 
 Sent 6960662 bytes 8025 pkt (dropped 0, overlimits 1729 requeues 0) 
 backlog 0b 0p requeues 0
 lended: 0 borrowed: 0 giants: 0
 tokens: 120 ctokens: 120

class htb 1:13 parent 1:1 leaf 801b: prio 0 rate 3Mbit ceil 3Mbit burst 1599b cburst 1599b 
 Sent 1689888 bytes 1392 pkt (dropped 0, overlimits 1372 requeues 0) 
 backlog 0b 0p requeues 0
 lended: 1392 borrowed: 0 giants: 0
 tokens: -49869 ctokens: -49869

class htb 1:12 parent 1:1 leaf 801a: prio 0 rate 16500Kbit ceil 16500Kbit burst 1596b cburst 1596b 
 Sent 4361714 bytes 4453 pkt (dropped 0, overlimits 4429 requeues 0) 
 backlog 10774b 11p requeues 0
 lended: 4453 borrowed: 0 giants: 0
 tokens: -7189 ctokens: -7189

qdisc htb 1: root refcnt 3 r2q 10 default 0 direct_packets_stat 0 direct_qlen 1000
 Sent 6991888 bytes 8062 pkt (dropped 0, overlimits 8816 requeues 0) 
 backlog 10457b 9p requeues 0
qdisc pfifo 801a: parent 1:12 limit 300p
 Sent 4382283 bytes 4474 pkt (dropped 0, overlimits 0 requeues 0) 
 backlog 1959b 2p requeues 0
`;

/** The same without -s. */
export const classesWithoutCounters = `class htb 1:11 parent 1:1 leaf 8019: prio 0 rate 6Mbit ceil 6Mbit burst 1599b cburst 1599b 
class htb 1:1 root rate 27Mbit ceil 27Mbit burst 1596b cburst 1596b 
class htb 1:13 parent 1:1 leaf 801b: prio 0 rate 7500Kbit ceil 7500Kbit burst 1598b cburst 1598b 
class htb 1:12 parent 1:1 leaf 801a: prio 0 rate 13500Kbit ceil 13500Kbit burst 1598b cburst 1598b 
qdisc htb 1: root refcnt 3 r2q 10 default 0 direct_packets_stat 0 direct_qlen 1000
qdisc pfifo 801a: parent 1:12 limit 300p
`;
