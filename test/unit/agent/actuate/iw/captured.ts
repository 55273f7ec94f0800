/** `iw dev wlan0 info`, `iw reg get` and `iw phy phy0 info` as iw 5.9 prints them, addresses changed. */
export const info = `Interface wlan0
	ifindex 3
	wdev 0x1
	addr 02:00:00:00:00:01
	ssid example
	type AP
	wiphy 0
	channel 36 (5180 MHz), width: 80 MHz, center1: 5210 MHz
	txpower 31.00 dBm
`;

export const downInfo = `Interface wlan0
	ifindex 3
	wdev 0x1
	addr 02:00:00:00:00:01
	type managed
	wiphy 0
`;

export const globalDomain = `global
country CH: DFS-ETSI
	(2402 - 2482 @ 40), (N/A, 20), (N/A)
	(5170 - 5250 @ 80), (N/A, 20), (N/A), AUTO-BW
	(5250 - 5330 @ 80), (N/A, 20), (0 ms), DFS, AUTO-BW
	(5490 - 5710 @ 160), (N/A, 27), (0 ms), DFS
	(57000 - 66000 @ 2160), (N/A, 40), (N/A)
`;

export const ownDomain = `${globalDomain}
phy#0 (self-managed)
country US: DFS-UNSET
	(2402 - 2437 @ 40), (6, 22), (N/A), AUTO-BW, NO-HT40MINUS, NO-80MHZ, NO-160MHZ
	(5170 - 5190 @ 160), (6, 17), (N/A), NO-OUTDOOR, AUTO-BW, IR-CONCURRENT

phy#1 (self-managed)
country JP: DFS-UNSET
	(5170 - 5190 @ 160), (6, 14), (N/A)
`;

/** A kernel from before domains of single radios, whose iw prints no first line. */
export const oldDomain = `country 00: DFS-UNSET
	(2402 - 2472 @ 40), (3, 20)
	(2457 - 2482 @ 40), (3, 20), NO-IR
	(5170 - 5250 @ 40), (3, 20), NO-IR
`;

export const phy = `Wiphy phy0
	Band 1:
		Frequencies:
			* 2412 MHz [1] (20.0 dBm)
			* 2484 MHz [14] (disabled)
	Band 2:
		Frequencies:
			* 5180 MHz [36] (17.0 dBm)
			* 5260 MHz [52] (20.0 dBm) (no IR, radar detection)
			* 5320.0 MHz [64] (19.5 dBm)
`;
