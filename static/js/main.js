// Brings the page to life. Without it every form still posts and every page still reads.

import { Composer } from "./composer.js"
import { Transcript } from "./transcript.js"

customElements.define("parley-transcript", Transcript)
customElements.define("parley-composer", Composer)
