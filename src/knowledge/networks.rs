//! Whose an address is that nobody named: the ranges of the large networks; and which addresses stand in many places at once (anycast).
//!
//! Written down for this project, wide ranges only; what a range is rented to stays unknown. They can be checked where their operators publish them (Amazon
//! `ip-ranges.json`, Google `goog.json` and `cloud.json`, Microsoft's service tags, Cloudflare's and Fastly's lists, DigitalOcean's `google.csv`), at the
//! regional registries, and by what their autonomous systems announce (Huawei Cloud: AS55990 and AS136907, Open Telekom Cloud: AS6878).

use std::net::IpAddr;
use std::sync::LazyLock;

use super::domains::entry::Purpose::{self, Delivery, Hosting, Maker, Names, Social};

/// First address, length of the prefix, group, company (empty: the group's own name), what for.
type Range4 = ([u8; 4], u8, &'static str, &'static str, Purpose);
/// The same of IPv6, of which the upper half is looked at.
type Range6 = (u64, u8, &'static str, &'static str, Purpose);

/// Networks whose addresses stand in one place each.
#[rustfmt::skip]
static SINGLE: &[Range4] = &[
    // Akamai
    ([2, 16, 0, 0], 13, "Akamai", "", Delivery), ([23, 0, 0, 0], 12, "Akamai", "", Delivery), ([23, 32, 0, 0], 11, "Akamai", "", Delivery),
    ([23, 64, 0, 0], 14, "Akamai", "", Delivery), ([23, 72, 0, 0], 13, "Akamai", "", Delivery), ([23, 192, 0, 0], 11, "Akamai", "", Delivery),
    ([72, 246, 0, 0], 15, "Akamai", "", Delivery), ([88, 221, 0, 0], 16, "Akamai", "", Delivery), ([92, 122, 0, 0], 15, "Akamai", "", Delivery),
    ([95, 100, 0, 0], 15, "Akamai", "", Delivery), ([96, 6, 0, 0], 15, "Akamai", "", Delivery), ([96, 16, 0, 0], 15, "Akamai", "", Delivery),
    ([104, 64, 0, 0], 10, "Akamai", "", Delivery), ([118, 214, 0, 0], 15, "Akamai", "", Delivery), ([173, 222, 0, 0], 15, "Akamai", "", Delivery),
    ([184, 24, 0, 0], 13, "Akamai", "", Delivery), ([184, 50, 0, 0], 15, "Akamai", "", Delivery), ([184, 84, 0, 0], 14, "Akamai", "", Delivery),
    // Alibaba Cloud
    ([8, 208, 0, 0], 12, "Alibaba", "Alibaba Cloud", Hosting), ([39, 96, 0, 0], 13, "Alibaba", "Alibaba Cloud", Hosting),
    ([39, 104, 0, 0], 14, "Alibaba", "Alibaba Cloud", Hosting), ([47, 74, 0, 0], 15, "Alibaba", "Alibaba Cloud", Hosting),
    ([47, 76, 0, 0], 14, "Alibaba", "Alibaba Cloud", Hosting), ([47, 88, 0, 0], 14, "Alibaba", "Alibaba Cloud", Hosting),
    ([47, 92, 0, 0], 14, "Alibaba", "Alibaba Cloud", Hosting), ([47, 96, 0, 0], 11, "Alibaba", "Alibaba Cloud", Hosting),
    ([47, 235, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting), ([47, 236, 0, 0], 14, "Alibaba", "Alibaba Cloud", Hosting),
    ([47, 240, 0, 0], 14, "Alibaba", "Alibaba Cloud", Hosting), ([47, 244, 0, 0], 15, "Alibaba", "Alibaba Cloud", Hosting),
    ([47, 246, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting), ([47, 250, 0, 0], 15, "Alibaba", "Alibaba Cloud", Hosting),
    ([47, 252, 0, 0], 15, "Alibaba", "Alibaba Cloud", Hosting), ([47, 254, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting),
    ([59, 110, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting), ([106, 14, 0, 0], 15, "Alibaba", "Alibaba Cloud", Hosting),
    ([114, 55, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting), ([115, 28, 0, 0], 15, "Alibaba", "Alibaba Cloud", Hosting),
    ([116, 62, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting), ([118, 31, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting),
    ([118, 178, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting), ([120, 24, 0, 0], 14, "Alibaba", "Alibaba Cloud", Hosting),
    ([120, 55, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting), ([120, 76, 0, 0], 14, "Alibaba", "Alibaba Cloud", Hosting),
    ([121, 40, 0, 0], 14, "Alibaba", "Alibaba Cloud", Hosting), ([123, 56, 0, 0], 15, "Alibaba", "Alibaba Cloud", Hosting),
    ([139, 196, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting), ([139, 224, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting),
    ([182, 92, 0, 0], 16, "Alibaba", "Alibaba Cloud", Hosting),
    // Amazon Web Services
    ([3, 0, 0, 0], 8, "Amazon", "Amazon Web Services", Hosting), ([13, 32, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting),
    ([13, 48, 0, 0], 13, "Amazon", "Amazon Web Services", Hosting), ([13, 112, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting),
    ([13, 124, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting), ([13, 208, 0, 0], 12, "Amazon", "Amazon Web Services", Hosting),
    ([13, 224, 0, 0], 12, "Amazon", "Amazon Web Services", Hosting), ([15, 160, 0, 0], 13, "Amazon", "Amazon Web Services", Hosting),
    ([15, 184, 0, 0], 13, "Amazon", "Amazon Web Services", Hosting), ([16, 162, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting),
    ([18, 32, 0, 0], 11, "Amazon", "Amazon Web Services", Hosting), ([18, 64, 0, 0], 10, "Amazon", "Amazon Web Services", Hosting),
    ([18, 128, 0, 0], 9, "Amazon", "Amazon Web Services", Hosting), ([34, 192, 0, 0], 10, "Amazon", "Amazon Web Services", Hosting),
    ([35, 152, 0, 0], 13, "Amazon", "Amazon Web Services", Hosting), ([35, 160, 0, 0], 12, "Amazon", "Amazon Web Services", Hosting),
    ([35, 176, 0, 0], 13, "Amazon", "Amazon Web Services", Hosting), ([43, 192, 0, 0], 11, "Amazon", "Amazon Web Services", Hosting),
    ([44, 192, 0, 0], 10, "Amazon", "Amazon Web Services", Hosting), ([46, 51, 128, 0], 17, "Amazon", "Amazon Web Services", Hosting),
    ([46, 137, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting), ([50, 16, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting),
    ([50, 112, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting), ([52, 0, 0, 0], 10, "Amazon", "Amazon Web Services", Hosting),
    ([52, 64, 0, 0], 11, "Amazon", "Amazon Web Services", Hosting), ([52, 192, 0, 0], 11, "Amazon", "Amazon Web Services", Hosting),
    ([54, 64, 0, 0], 11, "Amazon", "Amazon Web Services", Hosting), ([54, 144, 0, 0], 12, "Amazon", "Amazon Web Services", Hosting),
    ([54, 160, 0, 0], 11, "Amazon", "Amazon Web Services", Hosting), ([54, 192, 0, 0], 10, "Amazon", "Amazon Web Services", Hosting),
    ([63, 32, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting), ([65, 8, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting),
    ([67, 202, 0, 0], 18, "Amazon", "Amazon Web Services", Hosting), ([72, 21, 192, 0], 19, "Amazon", "Amazon Web Services", Hosting),
    ([72, 44, 32, 0], 19, "Amazon", "Amazon Web Services", Hosting), ([75, 101, 128, 0], 17, "Amazon", "Amazon Web Services", Hosting),
    ([79, 125, 0, 0], 17, "Amazon", "Amazon Web Services", Hosting), ([99, 77, 128, 0], 17, "Amazon", "Amazon Web Services", Hosting),
    ([99, 78, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting), ([99, 80, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting),
    ([99, 84, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting), ([99, 86, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting),
    ([100, 20, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting), ([107, 20, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting),
    ([108, 128, 0, 0], 13, "Amazon", "Amazon Web Services", Hosting), ([108, 136, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting),
    ([108, 156, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting), ([143, 204, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting),
    ([174, 129, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting), ([175, 41, 128, 0], 17, "Amazon", "Amazon Web Services", Hosting),
    ([176, 32, 96, 0], 19, "Amazon", "Amazon Web Services", Hosting), ([176, 34, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting),
    ([184, 72, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting), ([184, 169, 128, 0], 17, "Amazon", "Amazon Web Services", Hosting),
    ([204, 236, 128, 0], 17, "Amazon", "Amazon Web Services", Hosting), ([204, 246, 160, 0], 19, "Amazon", "Amazon Web Services", Hosting),
    ([205, 251, 192, 0], 18, "Amazon", "Amazon Web Services", Hosting), ([207, 171, 160, 0], 19, "Amazon", "Amazon Web Services", Hosting),
    ([216, 137, 32, 0], 19, "Amazon", "Amazon Web Services", Hosting),
    ([13, 36, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting), ([13, 40, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting),
    ([13, 184, 0, 0], 13, "Amazon", "Amazon Web Services", Hosting), ([13, 192, 0, 0], 12, "Amazon", "Amazon Web Services", Hosting),
    ([13, 244, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting), ([13, 250, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting),
    ([15, 156, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting), ([15, 168, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting),
    ([15, 206, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting), ([15, 222, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting),
    ([15, 228, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting), ([15, 236, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting),
    ([16, 16, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting), ([16, 24, 0, 0], 13, "Amazon", "Amazon Web Services", Hosting),
    ([16, 144, 0, 0], 13, "Amazon", "Amazon Web Services", Hosting), ([16, 168, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting),
    ([16, 176, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting), ([35, 72, 0, 0], 13, "Amazon", "Amazon Web Services", Hosting),
    ([35, 80, 0, 0], 12, "Amazon", "Amazon Web Services", Hosting), ([40, 172, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting),
    ([40, 176, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting), ([47, 128, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting),
    ([51, 16, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting), ([51, 20, 0, 0], 15, "Amazon", "Amazon Web Services", Hosting),
    ([51, 44, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting), ([51, 84, 0, 0], 14, "Amazon", "Amazon Web Services", Hosting),
    ([52, 119, 128, 0], 18, "Amazon", "Amazon Web Services", Hosting), ([52, 119, 192, 0], 21, "Amazon", "Amazon Web Services", Hosting),
    ([52, 119, 208, 0], 20, "Amazon", "Amazon Web Services", Hosting), ([52, 119, 224, 0], 20, "Amazon", "Amazon Web Services", Hosting),
    ([52, 124, 128, 0], 17, "Amazon", "Amazon Web Services", Hosting),
    // Apple
    ([17, 0, 0, 0], 8, "Apple", "", Maker),
    // Baidu AI Cloud
    ([106, 12, 0, 0], 15, "Baidu", "Baidu AI Cloud", Hosting), ([112, 34, 110, 0], 23, "Baidu", "Baidu AI Cloud", Hosting),
    ([112, 34, 112, 0], 23, "Baidu", "Baidu AI Cloud", Hosting), ([180, 76, 0, 0], 16, "Baidu", "Baidu AI Cloud", Hosting),
    ([182, 61, 0, 0], 16, "Baidu", "Baidu AI Cloud", Hosting),
    // DigitalOcean
    ([37, 139, 0, 0], 19, "DigitalOcean", "", Hosting), ([45, 55, 0, 0], 16, "DigitalOcean", "", Hosting), ([46, 101, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([64, 225, 0, 0], 17, "DigitalOcean", "", Hosting), ([64, 227, 0, 0], 17, "DigitalOcean", "", Hosting),
    ([64, 227, 160, 0], 19, "DigitalOcean", "", Hosting), ([67, 205, 128, 0], 18, "DigitalOcean", "", Hosting),
    ([68, 183, 0, 0], 16, "DigitalOcean", "", Hosting), ([104, 131, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([104, 236, 0, 0], 16, "DigitalOcean", "", Hosting), ([104, 248, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([107, 170, 0, 0], 16, "DigitalOcean", "", Hosting), ([128, 199, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([134, 122, 0, 0], 17, "DigitalOcean", "", Hosting), ([134, 209, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([137, 184, 0, 0], 17, "DigitalOcean", "", Hosting), ([137, 184, 128, 0], 18, "DigitalOcean", "", Hosting),
    ([138, 68, 128, 0], 17, "DigitalOcean", "", Hosting), ([138, 197, 0, 0], 17, "DigitalOcean", "", Hosting),
    ([139, 59, 0, 0], 16, "DigitalOcean", "", Hosting), ([142, 93, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([143, 110, 128, 0], 17, "DigitalOcean", "", Hosting), ([143, 198, 0, 0], 17, "DigitalOcean", "", Hosting),
    ([143, 198, 128, 0], 18, "DigitalOcean", "", Hosting), ([143, 244, 128, 0], 18, "DigitalOcean", "", Hosting),
    ([144, 126, 192, 0], 18, "DigitalOcean", "", Hosting), ([146, 185, 128, 0], 18, "DigitalOcean", "", Hosting),
    ([147, 182, 128, 0], 17, "DigitalOcean", "", Hosting), ([157, 230, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([157, 245, 0, 0], 16, "DigitalOcean", "", Hosting), ([159, 65, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([159, 89, 128, 0], 17, "DigitalOcean", "", Hosting), ([159, 203, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([159, 223, 128, 0], 18, "DigitalOcean", "", Hosting), ([161, 35, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([162, 243, 0, 0], 17, "DigitalOcean", "", Hosting), ([162, 243, 192, 0], 18, "DigitalOcean", "", Hosting),
    ([164, 90, 128, 0], 18, "DigitalOcean", "", Hosting), ([165, 22, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([165, 227, 0, 0], 16, "DigitalOcean", "", Hosting), ([167, 71, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([167, 99, 0, 0], 16, "DigitalOcean", "", Hosting), ([167, 172, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([174, 138, 0, 0], 17, "DigitalOcean", "", Hosting), ([178, 62, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([178, 128, 0, 0], 16, "DigitalOcean", "", Hosting), ([188, 166, 0, 0], 16, "DigitalOcean", "", Hosting),
    ([188, 226, 128, 0], 17, "DigitalOcean", "", Hosting), ([192, 241, 192, 0], 18, "DigitalOcean", "", Hosting),
    ([206, 189, 0, 0], 16, "DigitalOcean", "", Hosting), ([207, 154, 192, 0], 18, "DigitalOcean", "", Hosting),
    ([209, 97, 128, 0], 18, "DigitalOcean", "", Hosting),
    // Google
    ([34, 64, 0, 0], 10, "Google", "", Hosting), ([35, 184, 0, 0], 13, "Google", "", Hosting), ([35, 192, 0, 0], 11, "Google", "", Hosting),
    ([35, 224, 0, 0], 12, "Google", "", Hosting), ([35, 240, 0, 0], 13, "Google", "", Hosting), ([64, 233, 160, 0], 19, "Google", "", Hosting),
    ([66, 102, 0, 0], 20, "Google", "", Hosting), ([66, 249, 64, 0], 19, "Google", "", Hosting), ([72, 14, 192, 0], 18, "Google", "", Hosting),
    ([74, 125, 0, 0], 16, "Google", "", Hosting), ([104, 154, 0, 0], 15, "Google", "", Hosting), ([104, 196, 0, 0], 14, "Google", "", Hosting),
    ([108, 177, 0, 0], 17, "Google", "", Hosting), ([130, 211, 0, 0], 16, "Google", "", Hosting), ([142, 250, 0, 0], 15, "Google", "", Hosting),
    ([146, 148, 0, 0], 17, "Google", "", Hosting), ([172, 217, 0, 0], 16, "Google", "", Hosting), ([172, 253, 0, 0], 16, "Google", "", Hosting),
    ([173, 194, 0, 0], 16, "Google", "", Hosting), ([209, 85, 128, 0], 17, "Google", "", Hosting), ([216, 58, 192, 0], 19, "Google", "", Hosting),
    ([216, 239, 32, 0], 19, "Google", "", Hosting),
    // Huawei Cloud
    ([49, 4, 0, 0], 19, "Huawei", "Huawei Cloud", Hosting), ([49, 4, 48, 0], 20, "Huawei", "Huawei Cloud", Hosting),
    ([49, 4, 64, 0], 19, "Huawei", "Huawei Cloud", Hosting), ([49, 4, 112, 0], 21, "Huawei", "Huawei Cloud", Hosting),
    ([60, 204, 0, 0], 16, "Huawei", "Huawei Cloud", Hosting), ([101, 44, 0, 0], 18, "Huawei", "Huawei Cloud", Hosting),
    ([101, 46, 128, 0], 18, "Huawei", "Huawei Cloud", Hosting), ([110, 238, 64, 0], 19, "Huawei", "Huawei Cloud", Hosting),
    ([111, 91, 0, 0], 17, "Huawei", "Huawei Cloud", Hosting), ([111, 119, 192, 0], 18, "Huawei", "Huawei Cloud", Hosting),
    ([114, 119, 128, 0], 19, "Huawei", "Huawei Cloud", Hosting), ([119, 8, 32, 0], 19, "Huawei", "Huawei Cloud", Hosting),
    ([119, 8, 96, 0], 19, "Huawei", "Huawei Cloud", Hosting), ([119, 8, 160, 0], 19, "Huawei", "Huawei Cloud", Hosting),
    ([121, 36, 0, 0], 15, "Huawei", "Huawei Cloud", Hosting), ([124, 81, 0, 0], 16, "Huawei", "Huawei Cloud", Hosting),
    ([124, 243, 128, 0], 18, "Huawei", "Huawei Cloud", Hosting), ([150, 40, 128, 0], 17, "Huawei", "Huawei Cloud", Hosting),
    ([159, 138, 0, 0], 20, "Huawei", "Huawei Cloud", Hosting), ([159, 138, 80, 0], 20, "Huawei", "Huawei Cloud", Hosting),
    ([159, 138, 96, 0], 20, "Huawei", "Huawei Cloud", Hosting), ([159, 138, 192, 0], 20, "Huawei", "Huawei Cloud", Hosting),
    ([159, 138, 224, 0], 19, "Huawei", "Huawei Cloud", Hosting), ([188, 239, 0, 0], 18, "Huawei", "Huawei Cloud", Hosting),
    ([190, 92, 192, 0], 18, "Huawei", "Huawei Cloud", Hosting), ([202, 76, 128, 0], 18, "Huawei", "Huawei Cloud", Hosting),
    // Kingsoft Cloud
    ([110, 43, 0, 0], 16, "Kingsoft Cloud", "", Hosting), ([120, 92, 0, 0], 16, "Kingsoft Cloud", "", Hosting),
    // Meta
    ([31, 13, 24, 0], 21, "Meta", "", Social), ([31, 13, 64, 0], 18, "Meta", "", Social), ([66, 220, 144, 0], 20, "Meta", "", Social),
    ([69, 63, 176, 0], 20, "Meta", "", Social), ([69, 171, 224, 0], 19, "Meta", "", Social), ([102, 132, 96, 0], 20, "Meta", "", Social),
    ([129, 134, 0, 0], 16, "Meta", "", Social), ([157, 240, 0, 0], 16, "Meta", "", Social), ([173, 252, 64, 0], 18, "Meta", "", Social),
    ([179, 60, 192, 0], 22, "Meta", "", Social), ([185, 60, 216, 0], 22, "Meta", "", Social),
    // Microsoft Azure
    ([13, 64, 0, 0], 11, "Microsoft", "Microsoft Azure", Hosting), ([13, 96, 0, 0], 13, "Microsoft", "Microsoft Azure", Hosting),
    ([13, 104, 0, 0], 14, "Microsoft", "Microsoft Azure", Hosting), ([20, 33, 0, 0], 16, "Microsoft", "Microsoft Azure", Hosting),
    ([20, 34, 0, 0], 15, "Microsoft", "Microsoft Azure", Hosting), ([20, 36, 0, 0], 14, "Microsoft", "Microsoft Azure", Hosting),
    ([20, 40, 0, 0], 13, "Microsoft", "Microsoft Azure", Hosting), ([20, 48, 0, 0], 12, "Microsoft", "Microsoft Azure", Hosting),
    ([20, 64, 0, 0], 10, "Microsoft", "Microsoft Azure", Hosting), ([20, 128, 0, 0], 16, "Microsoft", "Microsoft Azure", Hosting),
    ([20, 150, 0, 0], 15, "Microsoft", "Microsoft Azure", Hosting), ([20, 157, 0, 0], 16, "Microsoft", "Microsoft Azure", Hosting),
    ([20, 184, 0, 0], 13, "Microsoft", "Microsoft Azure", Hosting), ([20, 192, 0, 0], 10, "Microsoft", "Microsoft Azure", Hosting),
    ([23, 96, 0, 0], 13, "Microsoft", "Microsoft Azure", Hosting), ([40, 64, 0, 0], 10, "Microsoft", "Microsoft Azure", Hosting),
    ([52, 96, 0, 0], 12, "Microsoft", "Microsoft Azure", Hosting), ([52, 112, 0, 0], 14, "Microsoft", "Microsoft Azure", Hosting),
    ([52, 120, 0, 0], 14, "Microsoft", "Microsoft Azure", Hosting), ([52, 136, 0, 0], 13, "Microsoft", "Microsoft Azure", Hosting),
    ([52, 146, 0, 0], 15, "Microsoft", "Microsoft Azure", Hosting), ([52, 148, 0, 0], 14, "Microsoft", "Microsoft Azure", Hosting),
    ([52, 152, 0, 0], 13, "Microsoft", "Microsoft Azure", Hosting), ([52, 160, 0, 0], 11, "Microsoft", "Microsoft Azure", Hosting),
    ([65, 52, 0, 0], 14, "Microsoft", "Microsoft Azure", Hosting), ([104, 40, 0, 0], 13, "Microsoft", "Microsoft Azure", Hosting),
    ([104, 208, 0, 0], 13, "Microsoft", "Microsoft Azure", Hosting), ([131, 253, 0, 0], 16, "Microsoft", "Microsoft Azure", Hosting),
    ([138, 91, 0, 0], 16, "Microsoft", "Microsoft Azure", Hosting), ([157, 55, 0, 0], 16, "Microsoft", "Microsoft Azure", Hosting),
    ([168, 61, 0, 0], 16, "Microsoft", "Microsoft Azure", Hosting), ([168, 62, 0, 0], 15, "Microsoft", "Microsoft Azure", Hosting),
    ([52, 224, 0, 0], 11, "Microsoft", "Microsoft Azure", Hosting),
    ([191, 232, 0, 0], 13, "Microsoft", "Microsoft Azure", Hosting),
    // Open Telekom Cloud
    ([80, 158, 0, 0], 21, "Deutsche Telekom", "Open Telekom Cloud", Hosting), ([80, 158, 16, 0], 20, "Deutsche Telekom", "Open Telekom Cloud", Hosting),
    ([80, 158, 32, 0], 19, "Deutsche Telekom", "Open Telekom Cloud", Hosting), ([160, 44, 192, 0], 20, "Deutsche Telekom", "Open Telekom Cloud", Hosting),
    ([164, 30, 0, 0], 19, "Deutsche Telekom", "Open Telekom Cloud", Hosting), ([164, 30, 32, 0], 21, "Deutsche Telekom", "Open Telekom Cloud", Hosting),
    // Tencent Cloud
    ([49, 51, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting), ([49, 232, 0, 0], 14, "Tencent", "Tencent Cloud", Hosting),
    ([81, 68, 0, 0], 14, "Tencent", "Tencent Cloud", Hosting), ([82, 156, 0, 0], 15, "Tencent", "Tencent Cloud", Hosting),
    ([118, 24, 0, 0], 15, "Tencent", "Tencent Cloud", Hosting), ([118, 89, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting),
    ([119, 28, 0, 0], 15, "Tencent", "Tencent Cloud", Hosting), ([123, 206, 0, 0], 15, "Tencent", "Tencent Cloud", Hosting),
    ([129, 204, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting), ([129, 211, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting),
    ([129, 226, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting), ([132, 232, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting),
    ([134, 175, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting), ([140, 143, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting),
    ([148, 70, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting), ([150, 109, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting),
    ([152, 136, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting), ([162, 62, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting),
    ([170, 106, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting), ([188, 131, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting),
    ([193, 112, 0, 0], 16, "Tencent", "Tencent Cloud", Hosting),
];

/// Networks that announce the same addresses from many places.
#[rustfmt::skip]
static ANYCAST: &[Range4] = &[
    // Alibaba Cloud
    ([223, 5, 5, 0], 24, "Alibaba", "Alibaba Cloud", Names), ([223, 6, 6, 0], 24, "Alibaba", "Alibaba Cloud", Names),
    // Amazon Web Services
    ([3, 33, 128, 0], 17, "Amazon", "Amazon Web Services", Hosting), ([13, 248, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting),
    ([15, 197, 0, 0], 16, "Amazon", "Amazon Web Services", Hosting), ([35, 71, 128, 0], 17, "Amazon", "Amazon Web Services", Hosting),
    ([52, 223, 0, 0], 17, "Amazon", "Amazon Web Services", Hosting), ([75, 2, 0, 0], 17, "Amazon", "Amazon Web Services", Hosting),
    ([76, 223, 0, 0], 17, "Amazon", "Amazon Web Services", Hosting), ([99, 83, 128, 0], 17, "Amazon", "Amazon Web Services", Hosting),
    // Cloudflare
    ([103, 21, 244, 0], 22, "Cloudflare", "", Delivery), ([103, 22, 200, 0], 22, "Cloudflare", "", Delivery),
    ([103, 31, 4, 0], 22, "Cloudflare", "", Delivery), ([104, 16, 0, 0], 13, "Cloudflare", "", Delivery),
    ([104, 24, 0, 0], 14, "Cloudflare", "", Delivery), ([108, 162, 192, 0], 18, "Cloudflare", "", Delivery),
    ([131, 0, 72, 0], 22, "Cloudflare", "", Delivery), ([141, 101, 64, 0], 18, "Cloudflare", "", Delivery),
    ([162, 158, 0, 0], 15, "Cloudflare", "", Delivery), ([172, 64, 0, 0], 13, "Cloudflare", "", Delivery),
    ([173, 245, 48, 0], 20, "Cloudflare", "", Delivery), ([188, 114, 96, 0], 20, "Cloudflare", "", Delivery),
    ([190, 93, 240, 0], 20, "Cloudflare", "", Delivery), ([197, 234, 240, 0], 22, "Cloudflare", "", Delivery),
    ([198, 41, 128, 0], 17, "Cloudflare", "", Delivery),
    // Cloudflare
    ([1, 0, 0, 0], 24, "Cloudflare", "", Names), ([1, 1, 1, 0], 24, "Cloudflare", "", Names),
    // Fastly
    ([23, 235, 32, 0], 20, "Fastly", "", Delivery), ([146, 75, 0, 0], 16, "Fastly", "", Delivery), ([151, 101, 0, 0], 16, "Fastly", "", Delivery),
    ([157, 52, 64, 0], 18, "Fastly", "", Delivery), ([167, 82, 0, 0], 17, "Fastly", "", Delivery), ([199, 232, 0, 0], 16, "Fastly", "", Delivery),
    // Google
    ([34, 96, 64, 0], 18, "Google", "", Hosting), ([34, 102, 136, 0], 21, "Google", "", Hosting), ([34, 110, 128, 0], 17, "Google", "", Hosting),
    ([34, 117, 0, 0], 16, "Google", "", Hosting), ([34, 120, 0, 0], 16, "Google", "", Hosting), ([34, 149, 0, 0], 16, "Google", "", Hosting),
    ([35, 186, 192, 0], 18, "Google", "", Hosting), ([35, 190, 0, 0], 17, "Google", "", Hosting), ([35, 201, 64, 0], 18, "Google", "", Hosting),
    ([35, 227, 192, 0], 18, "Google", "", Hosting), ([35, 241, 0, 0], 18, "Google", "", Hosting), ([130, 211, 0, 0], 22, "Google", "", Hosting),
    ([216, 239, 34, 0], 23, "Google", "", Hosting), ([216, 239, 36, 0], 23, "Google", "", Hosting), ([216, 239, 38, 0], 24, "Google", "", Hosting),
    // Google
    ([8, 8, 4, 0], 24, "Google", "", Names), ([8, 8, 8, 0], 24, "Google", "", Names),
    // Microsoft
    ([13, 107, 0, 0], 16, "Microsoft", "", Delivery), ([150, 171, 0, 0], 16, "Microsoft", "", Delivery),
    ([204, 79, 197, 0], 24, "Microsoft", "", Delivery),
    // OpenDNS
    ([208, 67, 216, 0], 21, "OpenDNS", "", Names),
    // Quad9
    ([9, 9, 9, 0], 24, "Quad9", "", Names), ([149, 112, 112, 0], 24, "Quad9", "", Names),
];

/// As [`SINGLE`].
#[rustfmt::skip]
static SINGLE_6: &[Range6] = &[
    // Akamai
    (0x2600_1400_0000_0000, 24, "Akamai", "", Delivery), (0x2a02_26f0_0000_0000, 29, "Akamai", "", Delivery),
    // Amazon Web Services
    (0x2406_da00_0000_0000, 24, "Amazon", "Amazon Web Services", Hosting), (0x2600_1f00_0000_0000, 24, "Amazon", "Amazon Web Services", Hosting),
    (0x2600_9000_0000_0000, 28, "Amazon", "Amazon Web Services", Hosting), (0x2a05_d000_0000_0000, 25, "Amazon", "Amazon Web Services", Hosting),
    // Apple
    (0x2620_0149_0000_0000, 32, "Apple", "", Maker),
    // Google
    (0x2001_4860_0000_0000, 32, "Google", "", Hosting), (0x2404_6800_0000_0000, 32, "Google", "", Hosting),
    (0x2607_f8b0_0000_0000, 32, "Google", "", Hosting), (0x2800_03f0_0000_0000, 32, "Google", "", Hosting),
    (0x2a00_1450_0000_0000, 32, "Google", "", Hosting),
    // Meta
    (0x2a03_2880_0000_0000, 29, "Meta", "", Social),
    // Microsoft Azure
    (0x2603_1000_0000_0000, 24, "Microsoft", "Microsoft Azure", Hosting),
];

/// As [`ANYCAST`].
#[rustfmt::skip]
static ANYCAST_6: &[Range6] = &[
    // Cloudflare
    (0x2405_8100_0000_0000, 32, "Cloudflare", "", Delivery), (0x2405_b500_0000_0000, 32, "Cloudflare", "", Delivery),
    (0x2606_4700_0000_0000, 32, "Cloudflare", "", Delivery), (0x2803_f800_0000_0000, 32, "Cloudflare", "", Delivery),
    (0x2a06_98c0_0000_0000, 29, "Cloudflare", "", Delivery), (0x2c0f_f248_0000_0000, 32, "Cloudflare", "", Delivery),
    // Fastly
    (0x2a04_4e40_0000_0000, 29, "Fastly", "", Delivery),
    // Google
    (0x2001_4860_4860_0000, 48, "Google", "", Names),
    // Microsoft
    (0x2620_01ec_0000_0000, 36, "Microsoft", "", Delivery),
    // OpenDNS
    (0x2620_0119_0030_0000, 44, "OpenDNS", "", Names),
    // Quad9
    (0x2620_00fe_0000_0000, 48, "Quad9", "", Names),
];

/// What is known of an address' network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The name of the group in the table of domains.
    pub group: &'static str,
    /// What people call the company.
    pub company: &'static str,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether the same address stands in many places.
    pub anycast: bool,
}

/// A range of IPv4 with what is known of it, and whether it is answered in many places.
type Known4 = (&'static Range4, bool);

/// The ranges that addresses with this first byte may be in.
static BY_FIRST_BYTE: LazyLock<Vec<Vec<Known4>>> = LazyLock::new(|| {
    let mut ranges = vec![Vec::new(); 256];
    for range in SINGLE.iter().map(|range| (range, false)).chain(ANYCAST.iter().map(|range| (range, true))) {
        let (first, bytes) = (usize::from(range.0.0[0]), 1_usize << 8_u8.saturating_sub(range.0.1));
        ranges.iter_mut().skip(first).take(bytes).for_each(|ranges: &mut Vec<Known4>| ranges.push(range));
    }
    ranges
});

/// Whose network an address is in: the narrowest range that holds it.
pub fn lookup(address: IpAddr) -> Option<Network> {
    let found = |group, company: &'static str, purpose, anycast| Network { group, company: if company.is_empty() { group } else { company }, purpose, anycast };
    match address {
        IpAddr::V4(address) => {
            let bits = address.to_bits();
            let holds = |range: &Range4| (bits ^ u32::from_be_bytes(range.0)).leading_zeros() >= u32::from(range.1);
            let ranges = BY_FIRST_BYTE.get(usize::from(address.octets()[0]))?;
            let (range, anycast) = ranges.iter().filter(|(range, _)| holds(range)).max_by_key(|(range, _)| range.1)?;
            Some(found(range.2, range.3, range.4, *anycast))
        }
        IpAddr::V6(address) => {
            let bits = (address.to_bits() >> 64) as u64;
            let holds = |range: &Range6| (bits ^ range.0).leading_zeros() >= u32::from(range.1);
            let all = SINGLE_6.iter().map(|range| (range, false)).chain(ANYCAST_6.iter().map(|range| (range, true)));
            let (range, anycast) = all.filter(|(range, _)| holds(range)).max_by_key(|(range, _)| range.1)?;
            Some(found(range.2, range.3, range.4, anycast))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::domains;
    use super::*;

    fn at(text: &str) -> Option<(&'static str, Purpose, bool)> {
        lookup(text.parse().unwrap()).map(|network| (network.company, network.purpose, network.anycast))
    }

    #[test]
    fn the_narrowest_range_counts() {
        assert_eq!(at("3.5.140.2"), Some(("Amazon Web Services", Hosting, false)));
        assert_eq!(at("3.33.200.1"), Some(("Amazon Web Services", Hosting, true)));
        assert_eq!(at("52.236.189.97"), Some(("Microsoft Azure", Hosting, false)));
        assert_eq!(at("8.8.8.8"), Some(("Google", Names, true)));
        assert_eq!(at("17.253.14.125"), Some(("Apple", Maker, false)));
        assert_eq!(at("2606:4700::6810:84e5"), Some(("Cloudflare", Delivery, true)));
        assert_eq!(at("2a00:1450:4001::1"), Some(("Google", Hosting, false)));
        for other in ["192.0.2.1", "198.51.100.7", "203.0.113.9", "2001:db8::1", "127.0.0.1", "8.8.9.8", "::"] {
            assert_eq!(at(other), None, "{other}");
        }
    }

    #[test]
    fn ranges_begin_where_they_say_and_name_groups_that_there_are() {
        let is_group = |name: &str| domains::groups().any(|group| group.name == name);
        for (first, prefix, group, company, _) in SINGLE.iter().chain(ANYCAST) {
            assert!((8..=24).contains(prefix) && u32::from_be_bytes(*first) << prefix == 0, "{first:?}/{prefix}");
            assert!(is_group(group) && company != group, "{group}");
        }
        for (first, prefix, group, company, _) in SINGLE_6.iter().chain(ANYCAST_6) {
            assert!((16..=48).contains(prefix) && first << prefix == 0, "{first:x}/{prefix}");
            assert!(is_group(group) && company != group, "{group}");
        }
    }
}
