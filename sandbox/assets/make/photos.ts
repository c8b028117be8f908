/** The three sample product photos as SVG scenes, 900 x 1200: what a seller might take at home against a plain wall. */

const WIDTH = 900;
const HEIGHT = 1200;

interface Scene {
  wall: [string, string];
  table: [string, string];
  tableTop: number;
  defs: string;
  product: string;
}

function scene({ wall, table, tableTop, defs, product }: Scene): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
  <defs>
    <radialGradient id="wall" cx="0.32" cy="0.22" r="1"><stop offset="0" stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/></radialGradient>
    <linearGradient id="table" x1="0" y1="0" x2="0.3" y2="1"><stop offset="0" stop-color="${table[0]}"/><stop offset="1" stop-color="${table[1]}"/></linearGradient>
    <filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="22"/></filter>
    <filter id="softer" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="9"/></filter>
    <filter id="edge" x="-10%" y="-10%" width="120%" height="120%"><feGaussianBlur stdDeviation="3"/></filter>
    ${defs}
  </defs>
  <rect width="${WIDTH}" height="${HEIGHT}" fill="url(#wall)"/>
  <rect y="${tableTop}" width="${WIDTH}" height="${HEIGHT - tableTop}" fill="url(#table)"/>
  <rect y="${tableTop - 6}" width="${WIDTH}" height="14" fill="#000" opacity="0.10" filter="url(#softer)"/>
  ${product}
</svg>`;
}

function metal(id: string, dark: string, light: string): string {
  return `<linearGradient id="${id}" x1="0" x2="1" y1="0" y2="0"><stop offset="0" stop-color="${dark}"/><stop offset="0.28" stop-color="${light}"/><stop offset="0.6" stop-color="${dark}"/><stop offset="1" stop-color="#151515" stop-opacity="0.85"/></linearGradient>`;
}

/** A speckled ceramic mug on a light table. */
export const MUG = scene({
  wall: ['#f3eee6', '#cfc5b6'],
  table: ['#d8b48a', '#a97c52'],
  tableTop: 830,
  defs: `
    <linearGradient id="cup" x1="0" x2="1"><stop offset="0" stop-color="#2f5d62"/><stop offset="0.3" stop-color="#7fb3b0"/><stop offset="0.48" stop-color="#5b9794"/><stop offset="1" stop-color="#1c4448"/></linearGradient>
    <linearGradient id="band" x1="0" x2="1"><stop offset="0" stop-color="#b9a68a"/><stop offset="0.3" stop-color="#f6ecdc"/><stop offset="1" stop-color="#8d7b62"/></linearGradient>
    <radialGradient id="coffee" cx="0.42" cy="0.4" r="0.8"><stop offset="0" stop-color="#8a5a34"/><stop offset="1" stop-color="#3b2212"/></radialGradient>`,
  product: `
    <ellipse cx="500" cy="962" rx="300" ry="46" fill="#3a2414" opacity="0.55" filter="url(#soft)"/>
    <path d="M628 600 C 792 566 806 822 622 832" fill="none" stroke="#1f4a4e" stroke-width="50" stroke-linecap="round"/>
    <path d="M632 606 C 770 584 780 800 626 816" fill="none" stroke="#6ea5a2" stroke-width="13" stroke-linecap="round" opacity="0.8" filter="url(#edge)"/>
    <path d="M226 520 C 226 740 246 880 276 934 C 296 968 588 968 608 934 C 638 880 658 740 658 520 Z" fill="url(#cup)"/>
    <path d="M250 812 C 262 868 268 900 282 934 C 300 964 584 964 602 934 C 616 900 622 868 634 812 C 560 850 330 850 250 812 Z" fill="url(#band)"/>
    <g fill="#12383b" opacity="0.45"><circle cx="300" cy="640" r="4"/><circle cx="344" cy="720" r="3"/><circle cx="420" cy="650" r="4"/><circle cx="470" cy="745" r="3"/><circle cx="540" cy="625" r="4"/><circle cx="590" cy="700" r="4"/><circle cx="386" cy="785" r="3"/><circle cx="512" cy="690" r="3"/><circle cx="316" cy="770" r="3"/><circle cx="566" cy="775" r="3"/></g>
    <ellipse cx="442" cy="520" rx="216" ry="52" fill="#24545a"/>
    <ellipse cx="442" cy="522" rx="194" ry="42" fill="#0f2f33"/>
    <ellipse cx="442" cy="534" rx="182" ry="33" fill="url(#coffee)"/>
    <path d="M318 536 q 80 -24 150 0" stroke="#d9b48c" stroke-width="5" fill="none" opacity="0.7" filter="url(#edge)"/>
    <path d="M232 516 C 240 476 640 476 652 516" stroke="#d7efed" stroke-width="5" fill="none" opacity="0.7"/>
    <path d="M296 600 C 300 720 308 790 322 850" stroke="#fff" stroke-width="26" fill="none" opacity="0.38" stroke-linecap="round" filter="url(#softer)"/>
    <g fill="none" stroke="#fff" stroke-width="16" opacity="0.28" filter="url(#softer)"><path d="M388 470 q -36 -70 8 -130 q 34 -56 -4 -120"/><path d="M486 470 q 38 -74 -2 -140 q -30 -52 8 -100"/></g>`,
});

/** An urban backpack standing against a grey wall. */
export const BACKPACK = scene({
  wall: ['#eceff1', '#b7c0c7'],
  table: ['#c9c5bf', '#97928b'],
  tableTop: 980,
  defs: `
    <linearGradient id="cloth" x1="0" x2="1" y1="0" y2="0.2"><stop offset="0" stop-color="#1f2b46"/><stop offset="0.35" stop-color="#3f5686"/><stop offset="0.75" stop-color="#2a3a60"/><stop offset="1" stop-color="#141c30"/></linearGradient>
    <linearGradient id="pocket" x1="0" x2="1" y1="0" y2="0.3"><stop offset="0" stop-color="#27365a"/><stop offset="0.4" stop-color="#4a639a"/><stop offset="1" stop-color="#1a2440"/></linearGradient>
    <linearGradient id="leather" x1="0" x2="1"><stop offset="0" stop-color="#7a4a24"/><stop offset="0.4" stop-color="#c98b54"/><stop offset="1" stop-color="#5f3717"/></linearGradient>
    <filter id="weave"><feTurbulence type="fractalNoise" baseFrequency="0.9 0.45" numOctaves="2" seed="4"/><feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0 0 0 0.22 0"/><feComposite in2="SourceGraphic" operator="in"/></filter>`,
  product: `
    <ellipse cx="470" cy="1064" rx="330" ry="42" fill="#20242a" opacity="0.6" filter="url(#soft)"/>
    <path d="M246 520 C 170 640 168 880 214 1000" fill="none" stroke="#151d33" stroke-width="48" stroke-linecap="round"/>
    <path d="M654 520 C 732 640 734 880 690 1000" fill="none" stroke="#0f1526" stroke-width="48" stroke-linecap="round"/>
    <path d="M386 262 C 386 176 514 176 514 262" fill="none" stroke="#1a2440" stroke-width="26"/>
    <path id="body" d="M246 480 C 246 300 330 240 450 240 C 570 240 654 300 654 480 L 676 968 C 680 1034 640 1056 590 1056 L 310 1056 C 260 1056 220 1034 224 968 Z" fill="url(#cloth)"/>
    <path d="M246 480 C 246 300 330 240 450 240 C 570 240 654 300 654 480 L 676 968 C 680 1034 640 1056 590 1056 L 310 1056 C 260 1056 220 1034 224 968 Z" fill="#fff" filter="url(#weave)"/>
    <path d="M282 560 C 290 400 350 306 450 306 C 550 306 610 400 618 560" fill="none" stroke="#0d1424" stroke-width="9"/>
    <path d="M282 560 C 290 400 350 306 450 306 C 550 306 610 400 618 560" fill="none" stroke="#8fa2c8" stroke-width="2" stroke-dasharray="7 6" transform="translate(0 12)"/>
    <path d="M286 700 Q 450 664 614 700 L 628 960 Q 630 1000 590 1004 L 310 1004 Q 270 1000 272 960 Z" fill="url(#pocket)"/>
    <path d="M286 700 Q 450 664 614 700 L 618 756 Q 450 716 282 756 Z" fill="#18223b"/>
    <path d="M300 742 Q 450 706 600 742" stroke="#c6ccd6" stroke-width="4" fill="none" stroke-dasharray="4 4"/>
    <rect x="592" y="736" width="14" height="52" rx="6" fill="url(#leather)"/>
    <rect x="396" y="520" width="108" height="72" rx="10" fill="url(#leather)"/><rect x="404" y="528" width="92" height="56" rx="7" fill="none" stroke="#f0d3ae" stroke-width="2" stroke-dasharray="5 4"/>
    <rect x="330" y="596" width="30" height="120" rx="6" fill="url(#leather)"/><rect x="540" y="596" width="30" height="120" rx="6" fill="url(#leather)"/>
    <rect x="324" y="690" width="42" height="30" rx="5" fill="#c9ccd2"/><rect x="534" y="690" width="42" height="30" rx="5" fill="#aeb3bb"/>
    <path d="M290 420 C 270 560 268 800 276 940" stroke="#fff" stroke-width="30" fill="none" opacity="0.16" filter="url(#softer)"/>`,
});

/** A lit desk lamp on a dark desk. */
export const LAMP = scene({
  wall: ['#f6dfb4', '#8c7558'],
  table: ['#6b4a33', '#3a2618'],
  tableTop: 960,
  defs: `
    <linearGradient id="shade" x1="0" x2="1" y1="0.2" y2="0"><stop offset="0" stop-color="#7c2d1c"/><stop offset="0.38" stop-color="#e0694a"/><stop offset="0.62" stop-color="#c14f33"/><stop offset="1" stop-color="#5d1d10"/></linearGradient>
    <radialGradient id="glow" cx="0.5" cy="0.5" r="0.5"><stop offset="0" stop-color="#fff4cf" stop-opacity="0.95"/><stop offset="0.4" stop-color="#ffdf94" stop-opacity="0.45"/><stop offset="1" stop-color="#ffd27a" stop-opacity="0"/></radialGradient>
    <radialGradient id="bulb" cx="0.5" cy="0.4" r="0.6"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#ffe39a"/></radialGradient>
    ${metal('rod', '#6f7378', '#e6e9ec')}`,
  product: `
    <ellipse cx="290" cy="640" rx="380" ry="380" fill="url(#glow)"/>
    <ellipse cx="330" cy="1040" rx="330" ry="60" fill="#ffdc97" opacity="0.5" filter="url(#soft)"/>
    <ellipse cx="604" cy="1050" rx="210" ry="30" fill="#000" opacity="0.6" filter="url(#soft)"/>
    <path d="M600 1010 L 666 640" stroke="#8b9096" stroke-width="20" stroke-linecap="round"/><path d="M596 1008 L 661 640" stroke="#f0f2f4" stroke-width="5" opacity="0.8"/>
    <path d="M666 640 L 420 400" stroke="#8b9096" stroke-width="20" stroke-linecap="round"/><path d="M664 630 L 420 392" stroke="#f0f2f4" stroke-width="5" opacity="0.8"/>
    <circle cx="666" cy="640" r="25" fill="#3f4348"/><circle cx="661" cy="634" r="9" fill="#c9ced3"/>
    <ellipse cx="604" cy="1024" rx="150" ry="34" fill="#2b2d30"/><path d="M454 1012 A 150 32 0 0 0 754 1012 L 754 1000 A 150 32 0 0 0 454 1000 Z" fill="url(#rod)"/><ellipse cx="604" cy="1000" rx="150" ry="32" fill="#d5d9dd"/><ellipse cx="584" cy="996" rx="112" ry="20" fill="#fff" opacity="0.35"/>
    <g transform="rotate(38 400 430)">
      <ellipse cx="400" cy="622" rx="186" ry="50" fill="#ffedb8"/><ellipse cx="400" cy="618" rx="74" ry="38" fill="url(#bulb)"/>
      <path d="M340 380 C 350 352 450 352 460 380 L 588 616 C 540 656 260 656 212 616 Z M 212 616" fill="url(#shade)"/>
      <path d="M212 616 C 262 660 538 660 588 616 C 548 634 252 634 212 616 Z" fill="#fff0c4"/>
      <path d="M352 400 L 270 606" stroke="#fff" stroke-width="22" opacity="0.3" stroke-linecap="round" filter="url(#softer)"/>
      <rect x="374" y="326" width="52" height="44" rx="12" fill="#3f4348"/>
    </g>
    <ellipse cx="282" cy="600" rx="120" ry="90" fill="url(#glow)" opacity="0.85"/>`,
});
