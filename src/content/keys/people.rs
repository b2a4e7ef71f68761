//! Names of fields that hold something of a person, in the languages that makers use.

use super::meaning::{Detail, Meaning};

/// By what they hold; in lower case, without signs.
#[rustfmt::skip]
pub(super) static NAMES: &[(Meaning, &[&str])] = &[
    (Meaning::Email, &["email", "mail", "emailaddress", "useremail", "mailto", "contactemail", "parentemail"]),
    (Meaning::Phone { strong: true }, &[
        "phone", "phonenumber", "phoneno", "phonenum", "mobile", "mobilenumber", "mobileno", "mobilephone", "msisdn", "tel", "telephone", "telno",
        "cellphone", "cellnumber", "callerid", "contactphone", "userphone", "simnumber", "simno", "smsnumber", "emergencynumber", "parentphone",
        "motherphone", "fatherphone", "guardianphone", "telefon", "telefono", "telefoonnummer", "handy", "handynummer", "mobil", "mobilnummer",
        "portable", "movil", "cellulare", "celular", "sosnumber", "centernumber",
    ]),
    (Meaning::Phone { strong: false }, &["sos", "center", "caller", "monitor", "contact", "callee"]),
    (Meaning::PersonName { strong: false }, &["name", "displayname", "owner", "contactname", "person", "member"]),
    (Meaning::PersonName { strong: true }, &[
        "firstname", "lastname", "surname", "familyname", "givenname", "middlename", "fullname", "realname", "nickname", "childname", "kidname",
        "kidsname", "babyname", "sonname", "daughtername", "parentname", "mothername", "fathername", "ownername", "personname", "studentname",
        "patientname", "wearername", "vorname", "nachname", "rufname", "prenom", "nomdefamille", "nombre", "apellido", "apellidos", "cognome",
        "imie", "nazwisko", "voornaam", "achternaam", "sobrenome", "fornamn", "efternamn", "childnickname", "childfirstname", "kidnickname",
        "babynickname", "guardianname", "pupilname",
    ]),
    (Meaning::Profile(Detail::Birthday), &[
        "birthday", "birthdate", "dateofbirth", "dob", "born", "birth", "bday", "birthyear", "yearofbirth", "childbirthday", "geburtstag",
        "geburtsdatum", "datenaissance", "naissance", "fechanacimiento", "fechadenacimiento", "datanascita", "dataurodzenia", "geboortedatum",
        "nascimento", "babybirthday", "kidbirthday",
    ]),
    (Meaning::Profile(Detail::Age), &["age", "childage", "kidage", "userage", "agemonths", "ageyears"]),
    (Meaning::Profile(Detail::Gender), &["gender", "sex", "childgender", "usergender", "geschlecht"]),
    (Meaning::Profile(Detail::Street), &[
        "street", "streetaddress", "homeaddress", "postaladdress", "address", "address1", "addressline", "addressline1", "strasse", "streetname",
        "road", "rue", "calle", "ulica", "straat", "adresse", "direccion", "indirizzo", "adres", "endereco", "anschrift", "deliveryaddress",
        "shippingaddress", "billingaddress",
    ]),
    (Meaning::Profile(Detail::City), &[
        "city", "town", "cityname", "locality", "homecity", "stadt", "ort", "wohnort", "ville", "ciudad", "citta", "miasto", "stad", "cidade",
    ]),
    (Meaning::Profile(Detail::Postcode), &[
        "postcode", "postalcode", "zip", "zipcode", "postleitzahl", "plz", "codepostal", "codigopostal", "kodpocztowy", "cep", "pincode",
    ]),
    (Meaning::Profile(Detail::Other), &[
        "school", "schoolname", "kindergarten", "religion", "nationality", "ethnicity", "maritalstatus", "allergies", "schoolgrade", "schoolclass",
        "guardian", "relation", "relationship", "kinship", "schule", "ecole", "escuela", "scuola", "szkola",
    ]),
    (Meaning::Health { body: true }, &["height", "weight"]),
    (Meaning::Health { body: false }, &[
        "bodyheight", "bodyweight", "heartrate", "pulse", "bloodpressure", "systolic", "diastolic", "spo2", "bloodoxygen", "bloodtype",
        "bloodgroup", "bloodsugar", "glucose", "bodytemperature", "bodyfat", "bmi", "stepcount", "sleepminutes",
    ]),
];
