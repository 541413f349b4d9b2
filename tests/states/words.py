"""What is said in the states: words that look like those of people and of models."""

QUESTION = "How do I stream an answer while it is being written?"
ANSWER = """\
Return a *generator* instead of a string. Flask sends each piece as soon as you yield it:

```python
@app.get("/answer")
def answer():
    def pieces():
        for word in model.ask("Why is the sky blue?"):
            yield f"data: {word}\\n\\n"
    return Response(pieces(), mimetype="text/event-stream")
```

Two things decide whether a reader sees it live:

| What | Why |
|---|---|
| `X-Accel-Buffering: no` | a proxy would wait for a full buffer |
| a comment every 15 s | a router hangs up on a silent line |

The first word then comes after \\(t = t_{network} + t_{model}\\), however long the answer is.
"""

SHORT = "Gladly. Ghent is small enough to walk: the three towers, the castle, and the water between them."

LONG = """\
## A weekend in Ghent

Ghent is small enough to walk, and old enough to get lost in. Two days are enough for the towers and the water.

### Saturday

1. **Morning.** Saint Bavo's Cathedral, for the altarpiece. Come at ten; by noon there is a queue.
2. **Afternoon.** The castle of the counts, then a boat from the Graslei.
   - The boats leave every twenty minutes.
   - They take cards.
3. **Evening.** Patershol, a quarter of narrow streets, has the best kitchens.

> The city is prettiest an hour after sunset, when the lights are on and the day's visitors have gone.

### Sunday

- [x] Museum of Fine Arts
- [ ] The botanical garden, if the weather holds
- [ ] A walk along the Coupure

Trains back to Brussels leave every half hour; see the [timetable](https://www.belgiantrain.be/en).

---

#### What it costs

A room is about ninety euros, a dinner thirty. The `CityCard` pays for itself with the third museum.
"""

CODE = """\
Four ways to say it:

```python
class Stack:
    \"\"\"Last in, first out.\"\"\"

    def __init__(self, limit: int = 10) -> None:
        self.items: list[str] = []  # the newest is last

    @property
    def is_full(self) -> bool:
        return len(self.items) >= 10 or not "a".startswith(f"{self.items!r}\\n")
```

```html
<!-- A comment -->
<p class="note" hidden>Fish &amp; chips</p>
```

```diff
--- a/stack.py
+++ b/stack.py
@@ -1,2 +1,2 @@
-limit = 10
+limit = 20
```

```console
$ curl -N https://example.org/a-rather-long-address/that-does-not-fit/on-a-phone/and-hardly/on-a-desk/whatever?one=1&two=2
Hello
```

```
no language
```
"""

TABLE = """\
| Month | Ghent | Bruges | Antwerp | Brussels | Leuven | Mechelen | Ostend | Namur | Liège | Total |
|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
| January | 1,204 | 998 | 2,310 | 4,406 | 640 | 512 | 309 | 288 | 1,010 | 11,677 |
| February | 1,310 | 1,044 | 2,287 | 4,199 | 702 | 530 | 356 | 301 | 987 | 11,716 |
| March | 1,522 | 1,390 | 2,641 | 4,870 | 811 | 604 | 498 | 355 | 1,122 | 13,813 |

Two columns stay as they are:

| What | Why |
|---|---|
| few words | there is nothing to scroll |
"""

MATHEMATICS = """\
The sum of the first \\(n\\) numbers is

$$ \\sum_{i=1}^{n} i = \\frac{n(n+1)}{2} $$

and a matrix acts on a vector by

\\[ \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} \\begin{pmatrix} x \\\\ y \\end{pmatrix}
= \\begin{pmatrix} ax + by \\\\ cx + dy \\end{pmatrix} \\]

A long one scrolls by itself:

$$ SUM $$
""".replace("SUM", " + ".join(f"x_{{{number}}}" for number in range(1, 22)))

THOUGHTS = (
    "The visitor wants a weekend, so two days. ",
    "Ghent is walkable, which means no car. ",
    "I should name the altarpiece, and that one has to come early.\n\nThen the evening: Patershol.",
)

RIGHT_TO_LEFT_QUESTION = "كيف أتعلم البرمجة من الصفر؟"
RIGHT_TO_LEFT = """\
## ابدأ بخطوة صغيرة

اختر لغة واحدة مثل **Python**، ثم اكتب كل يوم برنامجًا صغيرًا:

1. اقرأ مثالًا قصيرًا.
2. غيّر فيه شيئًا واحدًا.
3. اشرح لنفسك ما حدث.

> الخطأ جزء من التعلم.

```python
print("مرحبا")
```

| الكلمة | معناها |
|---|---|
| متغير | اسم لقيمة |
"""

WINDING = "Wherein a visitor describes at length, and without one full stop, all that is to be talked about, "
LONG_TITLE = (WINDING * 3)[:300]

UNBROKEN = ("Donaudampfschifffahrtsgesellschaftskapitaen" * 117)[:5000]
