//! The examples of RFC 7541, appendix C, and what no encoder would send.

use data_encoding::HEXLOWER;
use proptest::prelude::*;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.replace(' ', "").as_bytes()).unwrap()
}

fn read(table: &mut Table, block: &str) -> Vec<String> {
    let (fields, result) = table.read(&hex(block));
    assert_eq!(result, Ok(()), "{block}");
    fields.iter().map(written).collect()
}

fn written(field: &Field) -> String {
    let value = field.value.as_deref().map_or_else(|| "?".into(), String::from_utf8_lossy);
    format!("{}={value}", field.name.as_deref().unwrap_or("?"))
}

fn held(table: &Table) -> Vec<String> {
    table.entries.iter().map(written).collect()
}

#[test]
fn numbers_of_appendix_c_1() {
    let number = |bytes: &str, bits| Reader { rest: &hex(bytes) }.number(bits);
    assert_eq!((number("0a", 5), number("1f9a0a", 5), number("2a", 8)), (Ok(10), Ok(1_337), Ok(42)));
    assert_eq!((number("1f", 5), number("1fffffffffff7f", 5)), (Err(Damaged), Err(Damaged)));
}

#[test]
fn representations_of_appendix_c_2() {
    assert_eq!(read(&mut Table::default(), "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"), ["custom-key=custom-header"]);
    assert_eq!(read(&mut Table::default(), "040c 2f73 616d 706c 652f 7061 7468"), [":path=/sample/path"]);
    let mut table = Table::default();
    assert_eq!(read(&mut table, "1008 7061 7373 776f 7264 0673 6563 7265 74"), ["password=secret"]);
    assert_eq!(read(&mut table, "82"), [":method=GET"]);
    assert!(held(&table).is_empty());
}

#[test]
fn requests_of_appendix_c_3_and_c_4() {
    let plain = [
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    ];
    let packed = ["8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", "8286 84be 5886 a8eb 1064 9cbf", "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"];
    for blocks in [plain, packed] {
        let mut table = Table::default();
        assert_eq!(read(&mut table, blocks[0]), [":method=GET", ":scheme=http", ":path=/", ":authority=www.example.com"]);
        assert_eq!(read(&mut table, blocks[1]), [":method=GET", ":scheme=http", ":path=/", ":authority=www.example.com", "cache-control=no-cache"]);
        assert_eq!(table.size, 110);
        let want = [":method=GET", ":scheme=https", ":path=/index.html", ":authority=www.example.com", "custom-key=custom-value"];
        assert_eq!(read(&mut table, blocks[2]), want);
        assert_eq!(held(&table), ["custom-key=custom-value", "cache-control=no-cache", ":authority=www.example.com"]);
        assert_eq!(table.size, 164);
    }
}

#[test]
fn answers_of_appendix_c_5_and_c_6_evict() {
    let plain = [
        "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "4803 3330 37c1 c0bf",
        "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31",
    ];
    let packed = [
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
        "4883 640e ffc1 c0bf",
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
    ];
    for blocks in [plain, packed] {
        let mut table = Table { limit: 256, ..Table::default() };
        let first = [":status=302", "cache-control=private", "date=Mon, 21 Oct 2013 20:13:21 GMT", "location=https://www.example.com"];
        assert_eq!(read(&mut table, blocks[0]), first);
        assert_eq!(table.size, 222);
        assert_eq!(read(&mut table, blocks[1]), [":status=307", first[1], first[2], first[3]]);
        assert_eq!(table.size, 222);
        let cookie = "set-cookie=foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
        let third = [":status=200", first[1], "date=Mon, 21 Oct 2013 20:13:22 GMT", first[3], "content-encoding=gzip", cookie];
        assert_eq!(read(&mut table, blocks[2]), third);
        assert_eq!(held(&table), [cookie, "content-encoding=gzip", third[2]]);
        assert_eq!(table.size, 215);
    }
}

#[test]
fn what_was_never_seen_is_unknown_and_nothing_else() {
    let mut table = Table::default();
    table.forget();
    assert_eq!(read(&mut table, "82be"), [":method=GET", "?=?"]);
    // A value with a name that was not seen; then the newest entry is known, and the one before it is not.
    assert_eq!(read(&mut table, "7f00 0178"), ["?=x"]);
    assert_eq!(read(&mut table, "4001 6101 62be bfc0"), ["a=b", "a=b", "?=x", "?=?"]);
    // Of a table that was seen whole there is no such entry.
    assert_eq!(Table::default().read(&hex("82be")).1, Err(Damaged));
}

#[test]
fn sizes_are_kept_to() {
    let mut table = Table::default();
    read(&mut table, "4001 6101 62");
    assert_eq!(read(&mut table, "20"), Vec::<String>::new());
    assert!(held(&table).is_empty());
    table.allow(4_096);
    assert_eq!(table.read(&hex("3fe2 1f")).1, Err(Damaged), "more than was allowed");
    let mut table = Table::default();
    assert_eq!(read(&mut table, "3fff ffff 07"), Vec::<String>::new());
    assert_eq!(table.limit, TABLE_LIMIT);
    for _ in 0..100 {
        table.read(&[b"\x40\x01a\x7f\xa9\x0f".as_slice(), &[b'x'; 2_088]].concat()).1.unwrap();
        assert!(table.memory() <= TABLE_LIMIT);
    }
}

#[test]
fn a_bomb_of_references_is_told_to_the_limit() {
    let mut table = Table::default();
    read(&mut table, &format!("4001617f8115{}", "78".repeat(2_816)));
    let (fields, result) = table.read(&vec![0xbe; 100_000]);
    assert_eq!(result, Ok(()));
    assert!(fields.len() < 30);
}

proptest! {
    #[test]
    fn nothing_makes_it_fail(blocks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..120), 0..12)) {
        let mut table = Table::default();
        for block in &blocks {
            let _ = table.read(block);
            prop_assert!(table.memory() <= TABLE_LIMIT);
        }
    }
}
