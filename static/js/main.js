// Brings the page to life. Without it every form still posts and every page still reads.

import { Composer } from "./composer.js"
import { Copy } from "./copy.js"
import { Countdown } from "./countdown.js"
import { keepAddress } from "./address.js"
import { keepFocusInDrawer } from "./drawer.js"
import { takeFiles } from "./files.js"
import { takeImages } from "./images.js"
import { takeThemes } from "./theme.js"
import { Transcript } from "./transcript.js"

keepAddress()
keepFocusInDrawer()
takeImages()
takeThemes()
takeFiles()
customElements.define("parley-composer", Composer) // first, so that it hears what the transcript has to tell
customElements.define("parley-transcript", Transcript)
customElements.define("parley-countdown", Countdown)
setTimeout(() => customElements.define("parley-copy", Copy)) // there may be hundreds: the page is shown meanwhile
