//! Lists of numbers as bytes, with a mark of their form in front and a checksum. For caches: whatever is damaged or of another form is
//! as good as missing.

use base::hash::stable;

/// Numbers of a fixed width.
pub(crate) trait Fixed: Copy {
    fn write_all(values: &[Self], out: &mut Vec<u8>);
    fn read_all(bytes: &[u8]) -> Option<Vec<Self>>;
}

macro_rules! fixed {
    ($($number:ty),*) => {$(
        impl Fixed for $number {
            fn write_all(values: &[Self], out: &mut Vec<u8>) {
                for value in values {
                    out.extend_from_slice(&value.to_le_bytes());
                }
            }

            fn read_all(bytes: &[u8]) -> Option<Vec<Self>> {
                let (values, rest) = bytes.as_chunks::<{ size_of::<$number>() }>();
                rest.is_empty().then(|| values.iter().map(|bytes| <$number>::from_le_bytes(*bytes)).collect())
            }
        }
    )*};
}

fixed!(u8, u16, u32, u64, i64, i128);

/// Mark and checksum.
const HEADER: usize = 16;

/// What can be kept.
pub(crate) trait Packed: Sized {
    /// Its form; another one for another form.
    const MARK: [u8; 8];

    fn pack(&self, out: &mut Pack);
    fn unpack(from: &mut Unpack<'_>) -> Option<Self>;
}

pub(crate) fn to_bytes<T: Packed>(value: &T) -> Vec<u8> {
    let mut pack = Pack { out: T::MARK.to_vec() };
    pack.out.resize(HEADER, 0);
    value.pack(&mut pack);
    let sum = stable(&pack.out[HEADER..]);
    pack.out[8..HEADER].copy_from_slice(&sum.to_le_bytes());
    pack.out
}

pub(crate) fn from_bytes<T: Packed>(bytes: &[u8]) -> Option<T> {
    let (header, body) = bytes.split_at_checked(HEADER)?;
    if header[..8] != T::MARK || header[8..] != stable(body).to_le_bytes() {
        return None;
    }
    let mut unpack = Unpack { rest: body };
    let value = T::unpack(&mut unpack)?;
    unpack.rest.is_empty().then_some(value)
}

/// Takes lists.
pub(crate) struct Pack {
    out: Vec<u8>,
}

impl Pack {
    pub(crate) fn list<T: Fixed>(&mut self, values: &[T]) {
        let bytes = size_of_val(values);
        self.out.reserve(8 + bytes);
        self.out.extend_from_slice(&(bytes as u64).to_le_bytes());
        T::write_all(values, &mut self.out);
    }
}

/// Gives them back in the same order.
pub(crate) struct Unpack<'a> {
    rest: &'a [u8],
}

impl Unpack<'_> {
    pub(crate) fn list<T: Fixed>(&mut self) -> Option<Vec<T>> {
        let (length, rest) = self.rest.split_first_chunk::<8>()?;
        let (bytes, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        self.rest = rest;
        T::read_all(bytes)
    }

    /// A list of one.
    pub(crate) fn one<T: Fixed>(&mut self) -> Option<T> {
        let list = self.list()?;
        if let [value] = list[..] { Some(value) } else { None }
    }
}
