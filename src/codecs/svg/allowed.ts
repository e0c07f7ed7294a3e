// The names that may stand in an SVG: elements, attributes, namespaces, style functions. What is not listed goes.

const words = (text: string): ReadonlySet<string> =>
  new Set(text.trim().split(/\s+/));

export const SVG = "http://www.w3.org/2000/svg";
export const XLINK = "http://www.w3.org/1999/xlink";
export const XML = "http://www.w3.org/XML/1998/namespace";

/**
 * Of SVG 1.1 and 2, those that draw, group, describe or animate. Missing on
 * purpose: script, foreignObject, set and discard (HTML's readers and ours
 * disagree on them), cursor, color-profile, font-face-uri, all media.
 */
export const ELEMENTS = words(`
  svg g defs symbol use switch a view title desc metadata style
  path rect circle ellipse line polyline polygon image
  text tspan textPath tref altGlyph altGlyphDef altGlyphItem glyphRef
  linearGradient radialGradient meshgradient meshrow meshpatch stop pattern
  solidcolor hatch hatchpath marker mask clipPath
  filter feBlend feColorMatrix feComponentTransfer feComposite
  feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight
  feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage
  feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting
  feSpotLight feTile feTurbulence
  animate animateMotion animateTransform animateColor mpath
  font glyph missing-glyph hkern vkern font-face font-face-src font-face-name
`);

export const ANIMATIONS = words(
  "animate animateMotion animateTransform animateColor",
);

/** Elements that show what `href` embeds in them. */
export const EMBEDDING = words("image feImage");

/** Attributes that are also properties of style: their values are style. */
export const PRESENTATION = words(`
  alignment-baseline baseline-shift clip clip-path clip-rule color
  color-interpolation color-interpolation-filters color-profile
  color-rendering cursor direction display dominant-baseline enable-background
  fill fill-opacity fill-rule filter flood-color flood-opacity font
  font-family font-feature-settings font-kerning font-size font-size-adjust
  font-stretch font-style font-variant font-variant-caps
  font-variant-east-asian font-variant-ligatures font-variant-numeric
  font-variant-position font-weight glyph-orientation-horizontal
  glyph-orientation-vertical image-rendering inline-size isolation kerning
  letter-spacing lighting-color line-height marker marker-end marker-mid
  marker-start mask mask-type mix-blend-mode opacity overflow paint-order
  pointer-events shape-inside shape-margin shape-rendering stop-color
  stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap
  stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
  text-align text-anchor text-decoration text-decoration-color
  text-decoration-line text-indent text-orientation text-overflow
  text-rendering text-transform transform transform-box transform-origin
  unicode-bidi vector-effect visibility white-space will-change word-spacing
  writing-mode solid-color solid-opacity
`);

export const ATTRIBUTES = words(`
  id class lang tabindex role version baseProfile width height viewBox
  preserveAspectRatio zoomAndPan contentScriptType contentStyleType
  externalResourcesRequired requiredExtensions requiredFeatures systemLanguage
  x y x1 x2 y1 y2 cx cy r rx ry fx fy fr dx dy d points pathLength rotate
  textLength lengthAdjust startOffset method spacing side target type media
  title offset gradientUnits gradientTransform spreadMethod patternUnits
  patternContentUnits patternTransform markerHeight markerUnits markerWidth
  orient refX refY clipPathUnits maskUnits maskContentUnits filterUnits
  primitiveUnits filterRes amplitude azimuth baseFrequency bias diffuseConstant
  divisor edgeMode elevation exponent in in2 intercept k1 k2 k3 k4
  kernelMatrix kernelUnitLength limitingConeAngle mode numOctaves operator
  order pointsAtX pointsAtY pointsAtZ preserveAlpha radius result scale seed
  slope specularConstant specularExponent stdDeviation stitchTiles
  surfaceScale tableValues targetX targetY values xChannelSelector
  yChannelSelector z crossorigin decoding
  accumulate additive attributeName attributeType begin by calcMode dur end
  fill from keyPoints keySplines keyTimes max min origin path repeatCount
  repeatDur restart to
  accent-height alphabetic arabic-form ascent bbox cap-height descent g1 g2
  glyph-name glyphRef format hanging horiz-adv-x horiz-origin-x horiz-origin-y
  ideographic k mathematical name orientation overline-position
  overline-thickness panose-1 stemh stemv strikethrough-position
  strikethrough-thickness string u1 u2 underline-position
  underline-thickness unicode unicode-range units-per-em v-alphabetic
  v-hanging v-ideographic v-mathematical vert-adv-y vert-origin-x
  vert-origin-y widths x-height
`);

/** What an animation must not reach; handlers are not in the lists above. */
export const NOT_ANIMATED = words(
  "id class style href target attributeName attributeType begin end",
);

/** Namespaces of editors and descriptions: data that no viewer acts upon. */
const INERT = [
  "http://www.inkscape.org/namespaces/",
  "http://inkscape.sourceforge.net/",
  "http://sodipodi.sourceforge.net/",
  "http://purl.org/dc/",
  "http://creativecommons.org/ns#",
  "http://web.resource.org/cc/",
  "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  "http://www.w3.org/2000/01/rdf-schema#",
  "http://ns.adobe.com/",
  "adobe:ns:meta/",
  "http://www.bohemiancoding.com/sketch/ns",
  "http://www.figma.com/figma/ns",
  "http://www.serif.com/",
  "http://schemas.microsoft.com/visio/",
  "http://www.openclipart.org/",
  "http://xml.openoffice.org/svg/export",
  "http://krita.org/namespaces/",
  "http://boxy-svg.com/namespace",
  "https://boxy-svg.com",
  "http://vectornator.io",
  "http://gimp.org/",
];

export const isInert = (uri: string): boolean =>
  INERT.some((start) => uri.startsWith(start));

/** Attributes of any namespace that readers take for an address. */
export const ADDRESSES = words(`
  href src action formaction ping base data srcdoc srcset poster background
  cite codebase manifest longdesc usemap profile icon style
`);

export const AT_RULES = words(`
  media supports keyframes -webkit-keyframes -moz-keyframes layer container
`);

export const STYLE_FUNCTIONS = words(`
  url rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark
  device-cmyk icc-color calc min max clamp round abs sign sin cos tan sqrt pow
  hypot exp var env attr matrix matrix3d translate translatex translatey
  translatez translate3d scale scalex scaley scalez scale3d rotate rotatex
  rotatey rotatez rotate3d skew skewx skewy perspective linear-gradient
  radial-gradient conic-gradient repeating-linear-gradient
  repeating-radial-gradient repeating-conic-gradient cubic-bezier steps linear
  blur brightness contrast drop-shadow grayscale hue-rotate invert opacity
  saturate sepia circle ellipse inset polygon path rect xywh ray counter
  counters not is where has nth-child nth-last-child nth-of-type
  nth-last-of-type lang dir selector style and or
`);
