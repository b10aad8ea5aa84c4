"""English words that tell how a question or sentence is built. General knowledge, no corpus's own.

All words are folded as `qa.terms.fold` does ("dont", not "don't").
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLES = _words(
    "a an the this that these those his her its their our my your some any each every"
)
AUXILIARIES = _words(
    "is are was were be been being am do does did has have had will would shall should can could "
    "may might must isnt arent wasnt werent dont doesnt didnt hasnt havent hadnt wont wouldnt "
    "cant couldnt shouldnt"
)
LOCATING = _words(
    "in at near from outside inside between under below behind above beside on beneath opposite"
)
PREPOSITIONS = _words(
    "of in on at by for from to with without into onto over under after before between among "
    "through during against about above below across along around behind beside beyond despite "
    "inside near off out outside past per since than toward towards until till up upon via within "
    "amid amongst following including regarding concerning versus vs unlike like"
)
PRONOUNS = _words(
    "i you he she it we they me him us them himself herself itself themselves ourselves myself "
    "yourself one ones who whom whose which what there here"
)
CONJUNCTIONS = _words("and or but nor so yet if because while although though whereas as unless")
QUESTION_WORDS = _words("who whom whose what which when where why how")
# Words that carry no topic in a question.
FUNCTION_WORDS = (
    ARTICLES | AUXILIARIES | PREPOSITIONS | PRONOUNS | CONJUNCTIONS | QUESTION_WORDS
    | _words("s t d m ll re ve not no also just only even still too very much many more most less "
             "own other another same such then now ever all both few several either neither "
             "please tell me exactly actually")
)  # fmt: skip
# Words so general that a sentence may well answer without them.
LIGHT_WORDS = _words(
    "say said says tell told call called name named make made give given gave take took get got "
    "happen happened happens become became mean means kind kinds type types sort thing things "
    "way ways use used people person someone anyone something anything place time year years day "
    "date month number amount many long old far often high big large new main first last go "
    "went come came like need know find found show want occur occurred take put set new according "
    "describe described refer referred known considered"
)

MONTHS = _words(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_DAYS = _words("monday tuesday wednesday thursday friday saturday sunday")
WEEKDAYS = _DAYS | frozenset(f"{day}s" for day in _DAYS)
NUMBER_WORDS = _words(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred hundreds thousand thousands million millions billion billions trillion dozen dozens "
    "half quarter third zero"
)
MONEY = _words(
    "dollar dollars euro euros pound pounds cent cents yen franc francs crown crowns rupee rupees "
    "peso pesos usd eur gbp"
)
TIME_UNITS = _words(
    "second seconds minute minutes hour hours day days week weeks month months year years decade "
    "decades century centuries night nights weekend weekends fortnight fortnights"
)
# Before a unit they are as good as a number: "a few hours", "several days".
ROUGH_NUMBERS = _words("few several couple")
# After one of these "an hour" is how long something takes, not what it is paid or done by.
LASTING = _words("for within about takes take took lasts last lasted than almost nearly roughly")
UNITS = TIME_UNITS | MONEY | _words(
    "percent per km m cm mm kg g mg l ml kilometre kilometres kilometer kilometers metre metres "
    "meter meters mile miles foot feet inch inches tonne tonnes ton tons litre litres liter liters "
    "degree degrees hectare hectares acre acres watt watts kilowatt kilowatts megawatt megawatts "
    "kw mw kwh volt volts hertz gb mb tb mph kph point points"
)  # fmt: skip
# Small words inside names: "Bank of England", "Ludwig van Beethoven".
NAME_LINKS = _words(
    "of the and for de la le les du des di da del della van von der den zu al el bin ibn y e"
)
TITLES = _words(
    "mr mrs ms miss dr prof professor sir lady lord dame president vice prime minister chancellor "
    "secretary senator governor mayor king queen prince princess emperor pope bishop archbishop "
    "cardinal father mother sister brother saint st general colonel major captain lieutenant "
    "sergeant admiral judge justice ambassador commissioner chairman chairwoman chair chief "
    "director head coach captain spokesman spokeswoman spokesperson deputy councillor inspector "
    "officer premier foreign defence defense finance interior"
)
COMPANY_ENDINGS = _words("ltd inc plc llc co")
REPORTING = _words(
    "say said says tell told tells add added adds state stated states announce announced declare "
    "declared report reported write wrote explain explained warn warned claim claimed argue argued "
    "note noted insist insisted confirm confirmed reply replied ask asked call called urge urged"
)
PERSON_NOUNS = _words(
    "representative worker protester driver teacher resident student member leader visitor farmer "
    "expert volunteer guard firefighter prosecutor engineer investor founder owner user customer "
    "person people man woman men women boy girl child president minister leader king queen emperor "
    "official officer author writer poet artist singer actor actress director player coach "
    "scientist researcher professor teacher engineer doctor general commander soldier spokesman "
    "spokeswoman spokesperson politician senator governor mayor judge lawyer chairman founder "
    "owner ceo chief boss manager winner candidate father mother son daughter wife husband brother "
    "sister member composer architect inventor explorer philosopher ruler pope bishop editor "
    "journalist chef captain secretary chancellor premier ambassador employee nurse"
)
PLACE_NOUNS = _words(
    "place country city town village region state province county district area continent island "
    "islands river lake sea ocean bay mountain mountains mount valley desert forest park street "
    "road avenue highway motorway lane square bridge corridor harbour harbor port airport station "
    "building hall house palace castle tower museum hotel hospital school stadium church "
    "cathedral mosque temple border capital peninsula coast beach location venue neighborhood "
    "neighbourhood quarter room site territory republic kingdom pass strait canal garden"
)
ORGANISATION_NOUNS = _words(
    "organisation organization company corporation firm group agency ministry department office "
    "council court committee commission parliament assembly senate congress party union "
    "association federation league club team university college institute bank fund foundation "
    "army navy force forces police press newspaper magazine network board bureau centre center "
    "alliance coalition government administration authority service trust society inc ltd plc gmbh "
    "llc corp band orchestra airline brand church bloc body nations"
)
ORGANISATION_ONLY = ORGANISATION_NOUNS - PLACE_NOUNS
DATE_NOUNS = _words("year date day month decade century week weekday season time era period hour")
NUMBER_NOUNS = _words(
    "number amount percentage percent share population price cost rate size age height length "
    "weight distance speed temperature budget score salary fee fine total sum magnitude depth "
    "width area volume capacity quantity proportion fraction altitude elevation limit"
)
# Which kinds of thing a noun of the question stands beside: "which road" may end in "Corridor".
NOUN_FAMILIES = (
    _words("road street avenue highway motorway lane corridor route boulevard way pass"),
    _words("river stream creek canal"),
    _words("lake sea ocean bay gulf strait reservoir"),
    _words("mountain mount mountains peak hill hills volcano range"),
    _words("school university college academy institute"),
    _words("company firm corporation inc ltd plc gmbh corp group co llc business manufacturer"),
    _words("court tribunal"),
    _words("ministry department office agency bureau"),
    _words("newspaper magazine paper times post journal gazette herald tribune"),
    _words("team club united fc rovers city"),
    _words("war battle conflict siege uprising"),
    _words("law act treaty agreement convention code regulation pact accord bill"),
    _words("prize award medal trophy cup"),
    _words("church cathedral abbey chapel basilica mosque temple"),
    _words("building tower hall house palace castle"),
    _words("museum gallery"),
    _words("island islands isle peninsula"),
    _words("party union front movement"),
    _words("hospital clinic infirmary"),
    _words("bank fund"),
    _words("festival fair carnival"),
    _words("storm hurricane typhoon cyclone"),
)

PRICE_WORDS = _words("cost costs price prices")
PAYMENT_WORDS = PRICE_WORDS | _words("pay pays paid worth charge charged fee fees spend spent")
REASON_NOUNS = _words("reason reasons cause causes purpose motive")
CURRENCY = "$€£¥₹"
LENGTH_UNITS = _words(
    "km m cm mm kilometre kilometres kilometer kilometers metre metres meter meters mile miles "
    "foot feet inch inches yard yards storey storeys"
)
AGES = _words("aged age old")
# The units in which the answer to "how heavy", or "at what temperature", is given.
_WEIGHTS = _words(
    "kg g mg gram grams kilogram kilograms ton tons tonne tonnes pound pounds ounce ounces"
)
_DEGREES = _words("degree degrees c f celsius")
UNITS_OF = {
    "long": TIME_UNITS | LENGTH_UNITS,
    "old": AGES,
    "soon": TIME_UNITS,
    "heavy": _WEIGHTS,
    "hot": _DEGREES,
    "cold": _DEGREES,
    "fast": _words("kph mph km kilometres miles knots hour second"),
} | dict.fromkeys(("tall", "wide", "deep", "far"), LENGTH_UNITS)
for _noun, _like in {
    "temperature": "hot", "weight": "heavy", "height": "tall", "depth": "deep", "width": "wide",
    "length": "long", "distance": "far", "speed": "fast", "age": "old",
}.items():  # fmt: skip
    UNITS_OF[_noun] = UNITS_OF[_like]
UNITS_OF |= dict.fromkeys(PRICE_WORDS | {"salary", "fee", "fine", "budget", "rent"}, MONEY)
# Nouns for what is given by a number, and for nothing else.
MEASURED = _words("temperature weight height depth width length distance speed age") | _words(
    "price prices salary fee rent"
)
REASON_MARKERS = (
    "because of", "because", "due to", "owing to", "thanks to", "as a result of", "in order to",
    "so that", "on account of", "in response to", "for fear of", "given that", "in protest at",
    "in protest against", "on the grounds that", "citing",
)  # fmt: skip
# These give a time at least as often as a reason.
WEAK_REASON_MARKERS = ("after", "following", "since", "as", "for")
MANNER_MARKERS = ("by means of", "by", "through", "via", "using", "with the help of", "with")
