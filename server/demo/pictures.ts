/* Flat drawings of what the shop sells: what a packer compares with the thing in the hand. 240 × 240, standing on one ground. */

interface Ink {
  /** The thing's own colour, its shade, its light, and the darkest line. */
  main: string
  dark: string
  light: string
  line: string
}

const rect = (x: number, y: number, width: number, height: number, radius: number, fill: string) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}"/>`
const oval = (x: number, y: number, rx: number, ry: number, fill: string) => `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"/>`
const disc = (x: number, y: number, radius: number, fill: string) => `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/>`
const ring = (x: number, y: number, radius: number, stroke: string, width: number) =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="none" stroke="${stroke}" stroke-width="${width}"/>`
const area = (d: string, fill: string) => `<path d="${d}" fill="${fill}"/>`
const line = (d: string, stroke: string, width: number) =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`
const each = (positions: readonly number[], draw: (position: number, index: number) => string) => positions.map(draw).join('')

const steel = '#bfc5c9'
const steelDark = '#8b9398'
const wood = '#c79a67'
const woodDark = '#9c7446'
const black = '#33373c'
const white = '#fbfaf6'

const shapes: Record<string, (ink: Ink) => string> = {
  pan: ({ main, dark, line: deep }) =>
    line('M152 122L214 84', black, 15) + oval(98, 142, 74, 40, dark) + oval(98, 133, 74, 40, main) + oval(98, 135, 62, 31, deep) + oval(98, 138, 52, 24, dark),
  pot: ({ main, dark, light }) =>
    rect(26, 112, 28, 18, 9, black) +
    rect(186, 112, 28, 18, 9, black) +
    area('M46 98h148v70q0 24-24 24H70q-24 0-24-24z', main) +
    area('M164 98h30v70q0 24-24 24h-16q10-10 10-24z', dark) +
    rect(40, 88, 160, 14, 7, dark) +
    area('M52 88q8-32 68-32t68 32z', light) +
    rect(108, 40, 24, 20, 10, black),
  pressure: ({ main, dark, light }) =>
    rect(160, 84, 66, 18, 9, black) +
    area('M40 100h140v72q0 20-20 20H60q-20 0-20-20z', main) +
    area('M152 100h28v72q0 20-20 20h-18q10-8 10-20z', dark) +
    rect(34, 84, 152, 20, 10, dark) +
    area('M50 84q6-22 60-22t60 22z', light) +
    rect(66, 72, 130, 12, 6, black) +
    rect(102, 42, 16, 22, 5, black) +
    disc(110, 40, 10, dark),
  kettle: ({ main, dark, light }) =>
    line('M76 92q44-74 88 0', black, 13) +
    area('M168 130l42-42 10 8-34 62z', dark) +
    area('M60 98h120l18 72q4 22-20 22H62q-24 0-20-22z', main) +
    area('M158 98h22l18 72q4 22-20 22h-20q12-10 10-26z', dark) +
    rect(74, 86, 92, 14, 7, light) +
    disc(120, 80, 10, black),
  milkpan: ({ main, dark, light, line: deep }) =>
    line('M164 96L226 78', black, 15) +
    area('M40 84h128v88q0 20-20 20H60q-20 0-20-20z', main) +
    area('M142 84h26v88q0 20-20 20h-16q10-8 10-20z', dark) +
    area('M44 84l-16-12h30z', dark) +
    oval(104, 84, 64, 16, light) +
    oval(104, 86, 54, 11, deep),
  roaster: ({ main, dark, light }) =>
    area('M30 92h180l-18 84q-2 10-12 10H60q-10 0-12-10z', dark) +
    rect(18, 84, 204, 18, 9, main) +
    area('M42 104h156l-12 60H54z', light) +
    area('M54 164h132l2-8H52z', main) +
    line('M62 120h116M66 140h108', dark, 3),
  ring: ({ main, dark, light, line: deep }) =>
    area('M34 100l16 70q4 18 70 18t70-18l16-70z', dark) +
    oval(120, 100, 88, 38, main) +
    oval(120, 102, 74, 29, deep) +
    area('M104 124q-2-30 4-40h24q6 10 4 40z', main) +
    oval(120, 84, 14, 6, light) +
    oval(120, 84, 8, 3, deep),
  mug: ({ main, dark, light, line: deep }) =>
    line('M160 98q46-4 44 34t-50 32', main, 17) +
    area('M50 76h122v96q0 22-22 22H72q-22 0-22-22z', main) +
    area('M146 76h26v96q0 22-22 22h-18q14-8 14-22z', dark) +
    oval(111, 76, 61, 15, light) +
    oval(111, 78, 50, 10, deep),
  cup: ({ main, dark, light, line: deep }) =>
    oval(118, 182, 92, 18, dark) +
    oval(118, 176, 92, 18, main) +
    oval(118, 176, 60, 10, dark) +
    line('M160 112q34-2 32 20t-40 24', main, 12) +
    area('M58 98h110q0 62-38 76h-34q-38-14-38-76z', main) +
    area('M146 98h22q0 62-38 76h-18q34-18 34-76z', dark) +
    oval(113, 98, 55, 13, light) +
    oval(113, 100, 45, 9, deep),
  plate: ({ main, dark, light }) =>
    disc(120, 122, 92, dark) + disc(120, 118, 92, main) + ring(120, 118, 78, light, 4) + disc(120, 118, 60, dark) + disc(120, 120, 58, light),
  bowl: ({ main, dark, light, line: deep }) =>
    area('M28 98h184q0 70-56 94h-72Q28 168 28 98z', main) +
    area('M178 98h34q0 70-56 94h-26q44-26 48-94z', dark) +
    oval(120, 98, 92, 24, light) +
    oval(120, 101, 80, 17, deep),
  platter: ({ main, dark, light }) =>
    oval(120, 136, 106, 62, dark) + oval(120, 128, 106, 62, main) + oval(120, 128, 88, 48, light) + oval(120, 131, 78, 40, main),
  glasses: ({ main, dark, light }) =>
    each(
      [36, 96, 156],
      (x) =>
        area(`M${x} 62h48l-6 118q0 8-8 8h-20q-8 0-8-8z`, main) +
        area(`M${x + 3} 104h42l-4 76q0 8-8 8h-18q-8 0-8-8z`, light) +
        rect(x + 8, 72, 6, 98, 3, white) +
        oval(x + 24, 62, 24, 6, dark),
    ),
  wine: ({ main, dark, light }) =>
    each(
      [72, 168],
      (x) =>
        area(`M${x - 34} 42h68q8 70-34 78-42-8-34-78z`, main) +
        area(`M${x - 33} 70h66q-2 42-33 50-31-8-33-50z`, light) +
        rect(x - 4, 118, 8, 66, 3, dark) +
        oval(x, 188, 32, 8, dark) +
        oval(x, 42, 34, 7, dark) +
        rect(x - 24, 56, 5, 34, 2, white),
    ),
  jug: ({ main, dark, light }) =>
    line('M156 84q50 0 44 42t-44 40', main, 14) +
    area('M62 54h94q-4 34 8 60t2 72q-2 12-14 12H68q-12 0-14-12-10-46 2-72t6-60z', main) +
    area('M58 118h108q8 30 0 66-2 10-14 10H68q-12 0-14-10-6-36 4-66z', light) +
    area('M62 54l-16-12 20-4h84l6 16z', dark) +
    rect(72, 76, 7, 96, 3, white),
  cutlery: ({ main, dark }) =>
    rect(54, 110, 18, 92, 9, main) +
    area('M46 40v40q0 18 12 22v14h10v-14q12-4 12-22V40h-7v36h-6V40h-8v36h-6V40z', steel) +
    rect(111, 110, 18, 92, 9, main) +
    area('M114 36q18 18 16 80h-16z', steel) +
    rect(168, 110, 18, 92, 9, main) +
    oval(177, 68, 20, 30, steel) +
    rect(172, 90, 10, 26, 3, steel) +
    oval(177, 70, 13, 21, steelDark) +
    each([54, 111, 168], (x) => rect(x + 11, 116, 5, 80, 2, dark)),
  placemat: ({ main, dark, light }) =>
    disc(120, 122, 96, dark) +
    disc(120, 118, 96, main) +
    each([84, 70, 56, 42, 28, 14], (radius, index) => ring(120, 118, radius, index % 2 ? light : dark, 4)),
  placemats: ({ main, dark, light }) =>
    each([0, 12, 24], (shift) => rect(24 + shift, 92 - shift, 168, 104, 6, shift % 24 ? light : dark)) +
    rect(36, 72, 180, 110, 6, main) +
    each([84, 96, 108, 120, 132, 144, 156, 168], (y) => line(`M46 ${y}h160`, dark, 2)) +
    line('M30 76v102M222 76v102', main, 3),
  napkin: ({ main, dark, light }) =>
    area('M46 66l120-22 34 116-126 34z', dark) +
    area('M40 72l122-20 32 112-124 30z', main) +
    area('M40 72l122-20-58 74z', light) +
    line('M52 84l96-17M78 180l104-26', dark, 2),
  jar: ({ main, dark, light }) =>
    rect(56, 82, 128, 112, 16, '#d9eaec') +
    rect(64, 112, 112, 76, 12, '#e9d9b4') +
    rect(68, 92, 8, 90, 4, white) +
    rect(48, 56, 144, 32, 12, main) +
    rect(48, 76, 144, 12, 6, dark) +
    rect(96, 46, 48, 14, 7, light),
  bin: ({ main, dark, light }) =>
    area('M28 84h184l-14 98q-2 12-14 12H56q-12 0-14-12z', main) +
    area('M28 84h184l-3 22H31z', light) +
    rect(20, 72, 200, 18, 9, dark) +
    rect(88, 112, 64, 20, 10, dark) +
    line('M62 120l8 58M178 120l-8 58', dark, 3),
  basket: ({ main, dark, light }) =>
    line('M62 84q0-44 58-44t58 44', dark, 10) +
    area('M28 84h184l-16 98q-2 12-14 12H58q-12 0-14-12z', main) +
    each([110, 134, 158], (y, index) =>
      each([0, 1, 2, 3, 4, 5], (column) => rect(44 + column * 26 + (index % 2) * 8, y, 16, 14, 4, index % 2 ? dark : light)),
    ) +
    rect(22, 76, 196, 18, 9, dark),
  hanger: ({ main, dark }) =>
    each(
      [28, 14, 0],
      (shift) =>
        line(`M120 ${92 + shift}v-16q22-4 16-22t-28-4`, steelDark, 6) +
        line(`M120 ${92 + shift}L32 ${146 + shift}q-10 12 8 12h160q18 0 8-12z`, shift ? dark : main, 13),
    ),
  crate: ({ main, dark, light }) =>
    area('M32 92h176l-12 92q-2 10-12 10H56q-10 0-12-10z', main) +
    area('M44 112h152l-8 66H52z', light) +
    rect(20, 66, 200, 30, 10, dark) +
    rect(34, 60, 172, 14, 7, main) +
    rect(26, 86, 30, 24, 6, black) +
    rect(184, 86, 30, 24, 6, black),
  rack: ({ main, dark }) =>
    rect(40, 30, 10, 166, 5, dark) +
    rect(190, 30, 10, 166, 5, dark) +
    each([56, 98, 140, 182], (y) => rect(34, y, 172, 9, 4, main)) +
    each(
      [40, 82, 124, 166],
      (y, index) => area(`M${62 + index * 6} ${y + 16}v-14h14q8 8 24 8v6z`, black) + area(`M${120 + index * 6} ${y + 16}v-14h14q8 8 24 8v6z`, wood),
    ),
  hooks: ({ main, dark, light }) =>
    each([0, 1, 2, 3], (index) => {
      const x = 40 + (index % 2) * 90
      const y = 36 + Math.floor(index / 2) * 86
      return rect(x, y, 70, 44, 12, main) + rect(x + 6, y + 6, 58, 6, 3, light) + line(`M${x + 35} ${y + 30}v24q0 16 18 12`, dark, 10)
    }),
  spices: ({ main, dark }) =>
    rect(108, 28, 24, 170, 6, main) +
    disc(120, 30, 14, dark) +
    each([52, 112], (y) =>
      each([34, 76, 130, 172], (x, index) => rect(x, y + 14, 34, 44, 5, ['#b5482f', '#d8a13a', '#6f7c3f', '#7c5538'][index]!) + rect(x, y, 34, 16, 5, black)),
    ) +
    oval(120, 192, 84, 14, dark) +
    rect(28, 170, 184, 8, 4, main),
  board: ({ main, dark, light }) =>
    rect(34, 46, 172, 148, 18, dark) +
    rect(34, 40, 172, 148, 18, main) +
    line('M56 64q60 14 128 0M56 96q70 10 128 0M56 130q60-14 128 2M56 162q60 8 128 0', dark, 3) +
    rect(92, 50, 56, 14, 7, light),
  cheese: ({ main, dark }) =>
    rect(150, 106, 74, 24, 12, main) +
    disc(206, 118, 6, '#dfe5e3') +
    rect(22, 66, 140, 112, 22, dark) +
    rect(22, 60, 140, 112, 22, main) +
    line('M38 84q50 10 108 0M38 116q50-10 108 2M38 146q50 8 108 0', dark, 3) +
    area('M58 132l52-30v30z', '#f0c75e') +
    disc(92, 122, 5, '#d8a13a'),
  spoons: ({ main, dark, light }) =>
    each(
      [40, 80, 120, 160, 200],
      (x, index) =>
        rect(x - 5, 88, 10, 112, 5, index % 2 ? dark : main) +
        (index % 2 ? rect(x - 15, 40, 30, 58, 10, dark) : oval(x, 66, 16, 30, main)) +
        (index === 2
          ? oval(x, 66, 8, 20, dark)
          : index === 4
            ? rect(x - 3, 48, 6, 34, 3, dark)
            : index === 0
              ? oval(x, 66, 9, 20, light)
              : rect(x - 3, 52, 6, 30, 3, light)),
    ),
  tray: ({ main, dark, light }) =>
    area('M20 120h200l-14 60q-2 10-12 10H46q-10 0-12-10z', dark) +
    area('M20 120q0-34 22-44h156q22 10 22 44z', main) +
    area('M38 118q0-20 14-30h136q14 10 14 30z', light) +
    rect(92, 140, 56, 18, 9, '#dfe5e3') +
    line('M56 100h128', main, 3),
  rolling: ({ main, dark, light }) =>
    `<g transform="rotate(-24 120 120)">${rect(14, 108, 212, 24, 12, dark)}${rect(54, 90, 132, 60, 16, main)}${rect(60, 98, 120, 12, 6, light)}${line('M66 128h108', dark, 3)}</g>`,
  stool: ({ main, dark, light }) =>
    line('M74 82L52 196M166 82l22 114M98 82l-8 106M142 82l8 106', dark, 10) +
    line('M62 146h116', dark, 8) +
    rect(46, 54, 148, 28, 14, main) +
    rect(58, 58, 124, 8, 4, light),
  shelf: ({ main, dark, light }) =>
    rect(24, 136, 192, 26, 5, main) +
    rect(24, 154, 192, 8, 4, dark) +
    rect(30, 139, 180, 5, 2, light) +
    each([48, 66, 82], (x, index) => rect(x, 74 + index * 6, 14, 62 - index * 6, 3, ['#24636d', '#c1694a', '#d8a13a'][index]!)) +
    area('M142 136q-8-30 8-38h20q16 8 8 38z', white) +
    line('M160 98q-4-24-18-30M160 98q2-28 18-34', '#6f7c3f', 6),
  knife: ({ main, dark }) =>
    `<g transform="rotate(-32 120 120)">${area('M92 102h134q-10 36-70 38H92z', steel)}${area('M92 126h98q-16 13-34 14H92z', steelDark)}${rect(6, 102, 92, 30, 13, main)}${each([28, 52, 76], (x) => disc(x, 117, 5, dark))}</g>`,
  spatula: ({ main, dark, light }) =>
    `<g transform="rotate(28 120 120)">${rect(111, 110, 18, 104, 9, wood)}${rect(84, 20, 72, 94, 22, main)}${rect(134, 26, 16, 82, 8, dark)}${rect(94, 32, 8, 60, 4, light)}</g>`,
  ladle: ({ main, dark, light, line: deep }) =>
    `<g transform="rotate(24 120 120)">${rect(128, 14, 16, 130, 8, wood)}${area('M62 130h112q0 66-56 66t-56-66z', main)}${area('M150 130h24q0 66-56 66 32-12 32-66z', dark)}${oval(118, 130, 56, 17, light)}${oval(118, 132, 46, 12, deep)}</g>`,
  colander: ({ main, dark, light }) =>
    rect(10, 88, 34, 16, 8, dark) +
    rect(196, 88, 34, 16, 8, dark) +
    area('M30 92h180q-2 66-54 90H84q-52-24-54-90z', main) +
    each([112, 134, 156], (y, row) =>
      each([0, 1, 2, 3, 4, 5], (column) => (row === 2 && (column === 0 || column === 5) ? '' : disc(60 + column * 24, y, 5, dark))),
    ) +
    oval(120, 92, 90, 18, light) +
    oval(120, 94, 78, 12, dark) +
    rect(88, 180, 64, 12, 6, dark),
  grater: ({ main, dark, light }) =>
    line('M92 60q28-50 56 0', black, 14) +
    area('M84 56h72l24 134q0 6-6 6H66q-6 0-6-6z', main) +
    area('M140 56h16l24 134q0 6-6 6h-18z', dark) +
    each([82, 104, 126, 148, 170], (y, row) => each([0, 1, 2], (column) => area(`M${88 + column * 20 - row * 2 + (row % 2) * 6} ${y}q8-8 12 2z`, black))) +
    rect(58, 184, 124, 12, 4, light),
  opener: ({ main, dark }) =>
    rect(106, 30, 28, 90, 12, main) +
    disc(120, 34, 22, dark) +
    disc(120, 34, 10, '#dfe5e3') +
    line('M106 84L48 142M134 84l58 58', main, 14) +
    disc(50, 142, 10, dark) +
    disc(190, 142, 10, dark) +
    rect(92, 112, 56, 34, 8, dark) +
    line('M120 146v8q-12 5 0 10t0 10-0 10 0 12', steelDark, 6),
  scale: ({ main, dark, light }) =>
    area('M34 112h172l14 68q2 14-14 14H34q-16 0-14-14z', main) +
    rect(20, 176, 200, 18, 9, dark) +
    rect(78, 144, 84, 26, 6, '#23332f') +
    `<text x="120" y="164" font-family="monospace" font-size="20" text-anchor="middle" fill="#8fe0b0">0 g</text>` +
    oval(120, 106, 98, 26, dark) +
    oval(120, 100, 98, 26, light) +
    oval(120, 99, 84, 20, steel),
  measures: ({ main, dark, light }) =>
    each(
      [0, 1, 2, 3],
      (index) =>
        `<g transform="rotate(${-42 + index * 28} 120 196)">${rect(113, 104, 14, 92, 7, index % 2 ? dark : main)}${disc(120, 76, 34 - index * 5, index % 2 ? dark : main)}${disc(120, 74, 24 - index * 4, light)}</g>`,
    ) + disc(120, 190, 8, steelDark),
  dripper: ({ main, dark, light, line: deep }) =>
    rect(64, 150, 112, 16, 8, dark) +
    area('M40 66h160l-46 90h-68z', main) +
    area('M172 66h28l-46 90h-22z', dark) +
    oval(120, 66, 80, 18, light) +
    oval(120, 69, 68, 12, '#5b3b22') +
    line('M78 96l28 48M120 98v46M162 96l-28 48', deep, 3) +
    rect(78, 166, 84, 30, 8, '#b9d3da') +
    rect(84, 174, 72, 17, 5, '#5b3b22'),
  press: ({ main, dark }) =>
    rect(116, 26, 8, 40, 3, main) +
    disc(120, 26, 13, black) +
    line('M162 92q42 0 40 34t-40 34', black, 13) +
    rect(70, 72, 100, 122, 12, '#d9eaec') +
    rect(76, 112, 88, 76, 8, '#5b3b22') +
    rect(80, 82, 7, 96, 3, white) +
    area('M64 76q0-20 56-20t56 20z', main) +
    each([92, 184], (y) => rect(64, y, 112, 9, 4, dark)) +
    rect(64, 70, 9, 122, 4, dark) +
    rect(167, 70, 9, 122, 4, dark),
  thermos: ({ main, dark, light }) =>
    rect(90, 26, 60, 40, 12, black) +
    rect(96, 62, 48, 12, 4, steelDark) +
    area('M80 92q0-20 20-20h40q20 0 20 20v90q0 14-14 14H94q-14 0-14-14z', main) +
    area('M142 72q18 2 18 20v90q0 14-14 14h-16q12-2 12-16z', dark) +
    rect(90, 92, 9, 88, 4, light) +
    rect(80, 176, 80, 10, 3, steelDark),
  lunchbox: ({ main, dark, light }) =>
    line('M76 74q0-34 44-34t44 34', black, 10) +
    rect(36, 74, 168, 58, 18, main) +
    rect(36, 136, 168, 58, 18, main) +
    rect(176, 80, 18, 108, 9, dark) +
    rect(30, 124, 180, 16, 8, dark) +
    rect(50, 86, 110, 9, 4, light) +
    rect(24, 108, 18, 48, 6, black) +
    rect(198, 108, 18, 48, 6, black),
  bottle: ({ main, dark, light }) =>
    line('M104 38q16-24 32 0', black, 9) +
    rect(98, 34, 44, 34, 8, black) +
    area('M84 100q0-26 20-32h32q20 6 20 32v82q0 14-14 14H98q-14 0-14-14z', main) +
    area('M136 68q20 6 20 32v82q0 14-14 14h-14q10-4 10-16z', dark) +
    rect(93, 98, 8, 84, 4, light),
  towel: ({ main, dark, light }) =>
    rect(34, 140, 172, 50, 22, dark) +
    rect(34, 96, 172, 50, 22, main) +
    rect(34, 52, 172, 50, 22, light) +
    each([64, 108, 152], (y) => line(`M52 ${y + 8}h120M52 ${y + 18}h120`, y === 64 ? main : dark, 3)) +
    rect(176, 52, 16, 138, 4, dark),
  sheets: ({ main, dark, light }) =>
    rect(30, 158, 180, 34, 12, dark) +
    rect(30, 124, 180, 38, 14, main) +
    rect(30, 92, 180, 36, 14, light) +
    area('M44 92q-8-36 18-38h116q26 2 18 38z', white) +
    line('M62 62q58 12 116 0', dark, 3) +
    rect(104, 50, 32, 142, 2, dark) +
    rect(104, 50, 8, 142, 2, main),
  throw: ({ main, dark, light }) =>
    rect(38, 58, 164, 118, 20, main) +
    area('M38 112q40 24 82 0t82 0v44q0 20-20 20H58q-20 0-20-20z', dark) +
    each([78, 96], (y) => line(`M50 ${y}h140`, light, 5)) +
    each([48, 66, 84, 102, 120, 138, 156, 174, 192], (x) => line(`M${x} 176v18`, main, 5)) +
    line('M54 138h130', light, 5),
  cushion: ({ main, dark, light }) =>
    area('M44 40q76 18 152 0 12-2 12 12-16 68 0 136 0 14-12 12-76-18-152 0-14 2-12-12 16-68 0-136-2-14 12-12z', main) +
    area('M196 40q12-2 12 12-16 68 0 136 0 14-12 12-76-18-152 0-8 2-11-3 70-8 132-12 10-70 31-145z', dark) +
    line('M64 64q56 10 108 0M62 84q-6 40 0 76', light, 4),
  rug: ({ main, dark, light }) =>
    area('M54 66h132l34 108H20z', main) +
    area('M64 80h112l24 80H40z', light) +
    area('M74 92h92l18 56H56z', main) +
    line('M84 108h72M78 122h84M74 136h92', dark, 4) +
    each([26, 46, 66, 86, 106, 126, 146, 166, 186, 206], (x) => line(`M${x + 4} 176l-3 14`, dark, 4)),
  vase: ({ main, dark, light }) =>
    line('M112 60q-4-30-30-40M124 60q4-34 28-44M118 60V22', '#6f7c3f', 6) +
    oval(82, 22, 14, 8, '#7d8450') +
    oval(152, 18, 14, 8, '#7d8450') +
    oval(118, 20, 8, 13, '#7d8450') +
    area('M98 58h44q-2 18 16 38t18 50q0 48-36 48h-40q-36 0-36-48 0-30 18-50t16-38z', main) +
    area('M128 58h14q-2 18 16 38t18 50q0 48-36 48h-20q32-8 32-48 0-30-14-50t-10-38z', dark) +
    rect(94, 52, 52, 12, 6, light) +
    line('M82 120q-8 16-4 34', light, 6),
  candle: ({ main, dark, light }) =>
    area('M120 24q20 26 0 44-20-18 0-44z', '#f0a437') +
    area('M120 40q9 14 0 24-9-10 0-24z', '#fbe08a') +
    rect(118, 62, 4, 22, 2, black) +
    rect(62, 80, 116, 114, 16, main) +
    rect(148, 80, 30, 114, 14, dark) +
    oval(120, 86, 56, 12, light) +
    rect(80, 120, 80, 48, 5, white) +
    line('M92 136h56M100 150h40', steelDark, 4),
  diffuser: ({ main, dark, light }) =>
    line('M112 92L84 18M118 92l-6-78M124 92l18-76M130 92l38-66', woodDark, 5) +
    rect(98, 82, 44, 22, 6, black) +
    area('M100 104h40q28 14 28 40v36q0 14-14 14H86q-14 0-14-14v-36q0-26 28-40z', main) +
    area('M140 104q28 14 28 40v36q0 14-14 14h-22q14-4 14-18v-36q0-22-16-36z', dark) +
    rect(86, 138, 68, 38, 4, white) +
    line('M98 152h44M106 164h28', steelDark, 4) +
    rect(80, 134, 5, 44, 2, light),
  frame: ({ main, dark, light }) =>
    rect(48, 30, 144, 168, 6, dark) +
    rect(48, 26, 144, 168, 6, main) +
    rect(64, 42, 112, 136, 2, white) +
    rect(76, 56, 88, 108, 2, '#b9d3da') +
    area('M76 140l30-36 22 24 18-16 18 22v30H76z', '#7d8450') +
    disc(142, 82, 10, '#f0c75e') +
    rect(52, 30, 136, 5, 2, light),
  clock: ({ main, dark, light }) =>
    disc(120, 120, 94, dark) +
    disc(120, 116, 94, main) +
    disc(120, 116, 78, white) +
    each(
      [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330],
      (angle) => `<rect x="118" y="44" width="4" height="${angle % 90 ? 8 : 14}" fill="${black}" transform="rotate(${angle} 120 116)"/>`,
    ) +
    line('M120 116V74M120 116l30 18', black, 6) +
    disc(120, 116, 6, light),
  mirror: ({ main, dark, light }) =>
    disc(120, 122, 96, dark) +
    disc(120, 118, 96, main) +
    disc(120, 118, 82, '#cfe0e6') +
    line('M76 142l66-66M104 160l64-64', white, 8) +
    ring(120, 118, 90, light, 3),
  lamp: ({ main, dark, light }) =>
    rect(114, 104, 12, 82, 4, black) +
    rect(74, 182, 92, 14, 7, dark) +
    area('M88 36h64l36 76H52z', main) +
    area('M136 36h16l36 76h-26z', dark) +
    oval(120, 112, 68, 10, '#fbe7b0') +
    line('M92 48l-20 50', light, 6),
  candlestick: ({ main, dark, light }) =>
    area('M120 14q12 16 0 28-12-12 0-28z', '#f0a437') +
    rect(108, 40, 24, 68, 4, white) +
    rect(94, 104, 52, 14, 5, main) +
    rect(112, 116, 16, 60, 5, main) +
    disc(120, 146, 17, dark) +
    oval(120, 186, 58, 13, dark) +
    oval(120, 180, 58, 13, main) +
    rect(98, 107, 40, 4, 2, light),
  curtain: ({ main, dark, light }) =>
    rect(18, 26, 204, 10, 5, black) +
    disc(18, 31, 9, black) +
    disc(222, 31, 9, black) +
    each([32, 60, 88, 124, 152, 180], (x, index) => area(`M${x} 36h28l2 158h-32z`, index % 2 ? dark : main) + rect(x + 6, 42, 5, 146, 2, light)),
  trash: ({ main, dark, light }) =>
    rect(96, 180, 48, 16, 5, black) +
    area('M58 74h124l-6 104q-2 16-18 16H82q-16 0-18-16z', main) +
    area('M152 74h30l-6 104q-2 16-18 16h-18q10-4 12-16z', dark) +
    area('M52 76q0-30 68-30t68 30z', dark) +
    rect(48, 70, 144, 12, 6, black) +
    rect(78, 92, 9, 82, 4, light),
  mop: ({ main, dark, light }) =>
    line('M78 20l58 112', steelDark, 9) +
    line('M78 20l16 32', black, 12) +
    area('M24 114h134l-12 70q-2 12-14 12H50q-12 0-14-12z', main) +
    area('M24 114h134l-3 18H27z', light) +
    rect(18, 104, 146, 16, 8, dark) +
    oval(94, 110, 44, 10, steel) +
    area('M150 134q-6-18 14-18t28 18l30 56q-26 12-48 2-22 4-34-6z', white) +
    line('M164 140l2 50M182 140l10 50', steelDark, 3),
  soap: ({ main, dark, light }) =>
    rect(132, 128, 78, 44, 10, '#f0c75e') +
    rect(132, 128, 78, 15, 7, '#6f7c3f') +
    rect(24, 162, 194, 32, 12, main) +
    rect(24, 180, 194, 14, 7, dark) +
    rect(40, 84, 78, 86, 16, main) +
    rect(96, 84, 22, 86, 11, dark) +
    rect(68, 58, 22, 28, 5, dark) +
    area('M52 46h46q6 0 6 8v8H64z', black) +
    rect(50, 96, 8, 60, 4, light),
  brush: ({ main, dark, light }) =>
    rect(113, 18, 14, 96, 7, white) +
    disc(120, 24, 13, main) +
    area('M84 100h72l8 84q0 10-10 10H86q-10 0-10-10z', main) +
    area('M136 100h20l8 84q0 10-10 10h-20z', dark) +
    oval(120, 100, 36, 10, dark) +
    rect(92, 116, 8, 62, 4, light),
  drying: ({ main, dark, light }) =>
    line('M76 196L164 76M164 196L76 76', dark, 9) +
    line('M18 56l58 20h88l58-20', main, 9) +
    each([34, 50, 66], (x, index) => line(`M${x} ${62 + index * 5}H${240 - x}`, light, 3)) +
    rect(84, 76, 32, 58, 3, '#24636d') +
    rect(126, 76, 30, 44, 3, '#dba9a3'),
  kit: ({ main, dark, light }) =>
    area('M30 96l90-34 90 34v84l-90 34-90-34z', wood) +
    area('M120 130l90-34v84l-90 34z', woodDark) +
    area('M30 96l90 34 90-34-90-34z', '#e2c292') +
    area('M74 80l90 34v30l-16-8-10 18V124L52 88z', main) +
    area('M148 136l16 8v-30l-10 4z', dark) +
    area('M46 150l44 16v22l-44-16z', white) +
    line('M54 161l28 10M54 169l18 6', steelDark, 3) +
    line('M44 112v22', light, 4),
}

const ground = '<rect width="240" height="240" fill="#e4e9e7"/><ellipse cx="120" cy="198" rx="96" ry="11" fill="#cbd4d1"/>'

/** An SVG of less than 2 kB for one of the assortment's shapes in a colour (#rrggbb). */
export function drawPicture(shape: string, colour: string): string {
  const draw = shapes[shape]
  if (!draw) throw new RangeError(`no drawing of ${shape}`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240">${ground}${draw({ main: colour, dark: mix(colour, 0, 0.2), light: mix(colour, 255, 0.4), line: mix(colour, 0, 0.45) })}</svg>`
}

/** The colour moved towards black (0) or white (255) by `share`. */
function mix(colour: string, towards: number, share: number): string {
  const parts = [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16))
  return `#${parts
    .map((part) =>
      Math.round(part + (towards - part) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}
