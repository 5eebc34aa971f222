"""Names of the made-up people: common in Great Britain (from knowledge, in rough order of how common) or put together; nobody's in particular.

The other forms of a name (`FORMS`) are written here on their own and are not the lists of `catalogue/linkage`: the linker is not tested on its own list.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


GIRLS = _each(
    "Olivia Amelia Isla Ava Ivy Freya Lily Florence Mia Willow Rosie Sophia Isabella Grace Daisy Sienna Poppy Elsie Emily Ella Evelyn Phoebe Evie"
    " Charlotte Harper Millie Matilda Maya Sofia Emma Emilia Isabelle Ruby Eva Luna Aria Alice Jessica Ada Chloe Esme Sophie Arabella Imogen Violet"
    " Maisie Lottie Thea Orla Layla Eliza Penelope Harriet Nancy Zara Eleanor Bonnie Lucy Holly Molly Erin Amber Abigail Megan Katie Bethany"
    " Jasmine Leah Hannah Rebecca Lauren Georgia Caitlin Paige Summer Skye Darcey Lexi Lola Nevaeh Elizabeth Victoria Margaret Catherine Niamh"
    " Siobhan Cerys Ffion Seren Carys Angharad Keira Kayleigh Courtney Chelsea Amy Anna Annabelle Beatrice Edith Heidi Hope Iris Jade Julia Kate"
    " Lacey Lara Lydia Martha Mary Naomi Natalie Olive Paisley Quinn Rachel Robyn Rose Samantha Scarlett Tabitha Tilly Zoe"
)
BOYS = _each(
    "Noah Oliver George Arthur Leo Harry Oscar Archie Henry Theodore Freddie Jack Charlie Theo Alfie Jacob Thomas Finley Arlo William Lucas Roman"
    " Tommy Isaac Teddy Alexander Luca Edward James Joshua Albie Elijah Max Joseph Benjamin Samuel Reuben Sebastian Rory Jude Louie Hunter Daniel"
    " Ethan Adam Harrison Logan Dylan Toby Mason Jaxon Riley Ezra Hugo Rowan Ronnie Frankie Bobby Stanley Albert Frederick Michael Matthew Luke"
    " Nathan Ryan Connor Callum Liam Kieran Cameron Jamie Aaron Rhys Owen Gethin Iwan Ieuan Sean Declan Kyle Jordan Tyler Brandon Bailey Kai Jayden"
    " Zachary Christopher Andrew Robert Richard David Nicholas Patrick Anthony Stephen Peter Jonathan Dominic Felix Caleb Blake Carter Ellis Gabriel"
    " Grayson Jake Jasper Jenson Joey Leon Lewis Myles Nathaniel Ollie Ralph Rex Seth Tobias Vincent Zac"
)
OTHER_GIRLS = _each(
    "Fatima Aisha Maryam Zainab Khadija Hafsa Amina Sara Noor Iqra Safa Ayesha Maira Hiba Sumayyah Priya Anaya Diya Simran Jasleen Kiran Manpreet"
    " Adaeze Chidinma Temitope Folake Ngozi Abena Ama Zofia Maja Oliwia Lena Wiktoria Aleksandra Julia Nikola Andreea Ioana Elena Larisa Mei Xin"
    " Ling Hodan Ifrah Sagal Hawa Yasmin Leyla Shilan"
)
OTHER_BOYS = _each(
    "Muhammad Ibrahim Yusuf Ali Ahmed Hamza Abdullah Omar Zayn Musa Hassan Hussain Bilal Usman Yahya Ismail Abdul Rayyan Mustafa Arjun Aarav Rohan"
    " Harpreet Gurpreet Jasdeep Kabir Krish Chukwuemeka Oluwaseun Tunde Kwame Kofi Emeka Jakub Jan Kacper Szymon Filip Mateusz Oskar Aleksander"
    " Andrei Stefan Alexandru Matei Wei Jun Ming Abdirahman Mohamud Liban Khalid Yousef Dilan Serhat"
)
FAMILIES = _each(
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson Clarke"
    " Harrison Clark Hughes Edwards Turner Hill Moore Cooper Ward Morris Martin Baker Lee Watson King Morgan Allen Scott Young Parker Bennett"
    " Phillips Richardson Shaw Cook Carter Collins Bell Murphy Miller Cox Marshall Simpson Ellis Adams Anderson Mitchell Price Webb Wilkinson"
    " Campbell Foster Mason Holmes Barnes Rogers Gray Hunt Palmer Mills Stevens Knight Powell Butler Matthews Barker Dixon Fisher Harvey Pearson"
    " Lloyd Murray Graham Fletcher Howard Gibson Andrews Elliott Reynolds Ford Payne Day Fox Bailey Kelly Ryan Kennedy Hart Walsh Burke Byrne"
    " O'Brien O'Connor O'Neill McDonald MacKenzie McCarthy McGrath Stewart Reid Ross Hamilton Wallace Ferguson Burns Gordon Sutherland Rees Owen"
    " Jenkins Griffiths Pugh Bowen Bevan"
)
OTHER_FAMILIES = _each(
    "Khan Ahmed Hussain Ali Begum Patel Singh Kaur Akhtar Malik Mahmood Iqbal Shah Hassan Rahman Uddin Miah Chowdhury Sharma Kumar Gill Dhillon"
    " Sandhu Bibi Mirza Qureshi Butt Aslam Rashid Yusuf Omar Mohamed Abdi Warsame Okafor Adeyemi Okonkwo Mensah Boateng Owusu Nkosi Kowalski"
    " Nowak Wisniewski Zielinski Lewandowski Wojcik Kaminski Popescu Ionescu Dumitru Marin Chen Wang Li Zhang Wong Nguyen Tran Yilmaz Demir Kaya"
    " Hama Karim"
)
BEGINNINGS = _each(
    "Ash Birk Cover Dun Esk Farn Grew Hawk Ingle Kett Ling Mar Nether Over Pick Raven Skel Thorn Under Wether Yar Alder Bram Cald Dray Eller Fens"
    " Gar Hazel Ick Kirk Leys Mus New Orms Pens Rud Scar Thrus Ul Wens Apple Black Cros Deep Ever Fair Gold Holl Ivel"
)
ENDINGS = _each(
    "den ton dale ley shaw worth field ford by wick ham bourne gate thwaite beck low mere stead croft well land combe ridge over"
)

FORMS: dict[str, tuple[str, ...]] = {
    "Olivia": ("Liv", "Livvy", "Olive"), "Isabella": ("Bella", "Izzy"), "Isabelle": ("Izzy", "Belle", "Isabel"), "Sophia": ("Sophie", "Sofia"),
    "Sofia": ("Sophia",), "Amelia": ("Millie", "Amelie"), "Florence": ("Flo", "Florrie"), "Charlotte": ("Charlie", "Lottie"), "Matilda": ("Tilly", "Mattie"),
    "Emilia": ("Emily", "Millie"), "Jessica": ("Jess", "Jessie"), "Penelope": ("Penny", "Nell"), "Eleanor": ("Ellie", "Nora", "Elinor"), "Abigail": ("Abi", "Abbie"),
    "Katie": ("Kate", "Katy"), "Bethany": ("Beth",), "Rebecca": ("Becky", "Becca"), "Georgia": ("Georgie",), "Caitlin": ("Katelyn", "Cait"),
    "Elizabeth": ("Lizzie", "Beth", "Eliza", "Liz"), "Victoria": ("Vicky", "Tori"), "Margaret": ("Maggie", "Meg"), "Catherine": ("Katherine", "Cathy", "Kate"),
    "Keira": ("Kiera",), "Kayleigh": ("Kayley", "Kaylee"), "Samantha": ("Sam", "Sammy"), "Natalie": ("Nat",), "Rachel": ("Rach",), "Niamh": ("Neve",),
    "Oliver": ("Ollie", "Olly"), "Theodore": ("Theo", "Teddy"), "Frederick": ("Fred", "Freddie"), "Alexander": ("Alex", "Xander", "Sandy"), "William": ("Will", "Billy", "Liam"),
    "Thomas": ("Tom", "Tommy"), "Joshua": ("Josh",), "Joseph": ("Joe", "Joey"), "Benjamin": ("Ben", "Benji"), "Samuel": ("Sam", "Sammy"), "Daniel": ("Dan", "Danny"),
    "Edward": ("Ed", "Ted", "Eddie", "Teddy"), "James": ("Jim", "Jamie", "Jimmy"), "Henry": ("Harry",), "Charlie": ("Charles",), "Archie": ("Archibald",), "Alfie": ("Alfred",),
    "Michael": ("Mike", "Mikey", "Micky"), "Matthew": ("Matt", "Mathew"), "Nathan": ("Nate",), "Christopher": ("Chris", "Kit"), "Andrew": ("Andy", "Drew"), "Robert": ("Rob", "Bobby", "Bob"),
    "Richard": ("Rich", "Ricky", "Dick"), "David": ("Dave", "Davey"), "Nicholas": ("Nick", "Nicolas"), "Patrick": ("Paddy", "Pat"), "Anthony": ("Tony", "Antony"),
    "Stephen": ("Steven", "Steve"), "Peter": ("Pete",), "Jonathan": ("Jon", "Johnny", "Jonathon"), "Zachary": ("Zac", "Zak", "Zach"), "Callum": ("Calum",), "Connor": ("Conor",),
    "Sean": ("Shaun", "Shawn"), "Rhys": ("Reece",), "Aaron": ("Aron",), "Jaxon": ("Jackson",), "Gabriel": ("Gabe",), "Harrison": ("Harry",), "Cameron": ("Cam",),
    "Muhammad": ("Mohammed", "Mohammad", "Mohamed", "Md", "Mohd", "Muhammed"), "Yusuf": ("Yousuf", "Yousaf", "Yusef"), "Ibrahim": ("Ebrahim", "Ibraheem"), "Ahmed": ("Ahmad", "Achmed"),
    "Hussain": ("Hussein", "Husain", "Hossain"), "Hassan": ("Hasan",), "Omar": ("Umar", "Omer"), "Usman": ("Uthman", "Othman"), "Abdullah": ("Abdallah", "Abdulla"),
    "Zayn": ("Zain", "Zane"), "Musa": ("Moosa",), "Yahya": ("Yahia",), "Ismail": ("Ismaeel", "Esmail"), "Rayyan": ("Rayan",), "Mustafa": ("Mostafa", "Moustafa"),
    "Fatima": ("Fatimah", "Fathima"), "Aisha": ("Ayesha", "Aysha", "Aishah"), "Maryam": ("Mariam", "Miriam"), "Zainab": ("Zaynab", "Zeinab"), "Khadija": ("Khadijah", "Kadija"),
    "Amina": ("Aminah", "Ameena"), "Noor": ("Nur", "Nour"), "Yasmin": ("Yasmeen", "Jasmin"), "Jakub": ("Jacob", "Kuba"), "Aleksander": ("Alexander", "Olek"), "Oskar": ("Oscar",),
    "Mateusz": ("Matthew", "Matt"), "Szymon": ("Simon",), "Aleksandra": ("Alexandra", "Ola"), "Zofia": ("Sofia", "Sophie"), "Wiktoria": ("Victoria",), "Oliwia": ("Olivia",),
    "Abdirahman": ("Abdurahman", "Abdi"), "Mohamud": ("Mahamud", "Mahmoud"), "Oluwaseun": ("Seun",), "Chukwuemeka": ("Emeka",), "Temitope": ("Temi",),
    "Ali": ("Aly",), "Khan": ("Kahn",), "Akhtar": ("Akhter", "Aktar"), "Chowdhury": ("Choudhury", "Chaudhry", "Chowdury"), "Uddin": ("Udin",), "Miah": ("Mia",), "Rahman": ("Rehman",),
    "Mahmood": ("Mehmood", "Mahmud"), "Mohamed": ("Mohammed", "Muhammad"), "Kowalski": ("Kowalska",), "Wisniewski": ("Wisniewska",), "Zielinski": ("Zielinska",), "Nowak": ("Novak",),
    "Smith": ("Smyth",), "Thompson": ("Thomson",), "Clarke": ("Clark",), "Clark": ("Clarke",), "Davies": ("Davis",), "Philips": ("Phillips",), "Stewart": ("Stuart",), "Reid": ("Reed", "Read"),
    "McDonald": ("MacDonald",), "Elliott": ("Elliot", "Eliot"), "Matthews": ("Mathews",), "Bailey": ("Bayley",), "Gray": ("Grey",), "Brown": ("Browne",), "Rees": ("Reese",),
}  # fmt: skip
"""Other forms that people use of a name: short forms, spellings, forms in other languages."""

STREETS = _each(
    "High Station Church Victoria Green Mill School North South Park New Manor Kings Queens York Albert Chapel West East Springfield George The"
    " Stanley Bridge Windsor Highfield Alexandra Grange Moor Meadow Orchard Beech Oak Ash Elm Chestnut Hawthorn Willow Rowan Cedar Lime Sycamore"
    " Holly Maple Birch Priory Abbey Castle Quarry Ferry Wharf Garth Beck Scar Fell Ings Carr Holme Thirl Nab Swale Wiske Cod Leven Rye Seph"
)
STREET_SORTS = ("Street", "Road", "Lane", "Avenue", "Close", "Drive", "Crescent", "Court", "Terrace", "Way", "Grove", "Place", "Gardens")
TOWNS = _each(
    "Skelby Thornwick Ravenbeck Ingleham Marford Eskbourne Kirkover Wensham Dunsforth Grewton Birkham Ulverley Ketton Penrigg Yarby Calderwell"
)
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class NamePool:
    """Names drawn as unevenly as names are: the nth most common about 1/n^power as often as the first."""

    def __init__(self, names: tuple[str, ...], power: float) -> None:
        self.names = names
        self.totals = list(accumulate(1 / (place + 3) ** power for place in range(len(names))))

    def draw(self, random: Random) -> str:
        """One name."""
        return random.choices(self.names, cum_weights=self.totals)[0]


POOLS = {
    ("usual", "female"): NamePool(GIRLS, 0.7),
    ("usual", "male"): NamePool(BOYS, 0.7),
    ("other", "female"): NamePool(OTHER_GIRLS, 0.7),
    ("other", "male"): NamePool(OTHER_BOYS, 0.9),
}
FAMILY_POOLS = {"usual": NamePool(FAMILIES, 0.6), "other": NamePool(OTHER_FAMILIES, 0.7)}


def draw_family(random: Random, community: str) -> str:
    """A family name: nearly half of the usual ones are put together, so that many are rare; a few are of two parts."""
    if community == "usual" and random.random() < 0.45:
        name = random.choice(BEGINNINGS) + random.choice(ENDINGS)
    else:
        name = FAMILY_POOLS[community].draw(random)
    if random.random() < 0.04:
        other = FAMILY_POOLS["usual"].draw(random)
        return f"{name}-{other}" if other != name else name
    return name


def draw_given(random: Random, community: str, sex: str) -> str:
    """A given name. A few families choose from the other list, as families do."""
    which = community if random.random() < 0.96 else "usual"
    return POOLS[which, sex].draw(random)
