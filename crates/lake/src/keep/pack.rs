//! Lists of numbers as bytes, with a mark of their form in front and a checksum. Whatever is damaged or of another form is as good as
//! missing.

use std::io::{self, Seek, Write};

use base::hash::{Running, stable};

/// Numbers of a fixed width.
pub trait Fixed: Copy {
    /// Appends the values.
    fn put_all(values: &[Self], out: &mut Vec<u8>);
    /// All values; `None` when the bytes are no whole number of them.
    fn read_all(bytes: &[u8]) -> Option<Vec<Self>>;
}

macro_rules! fixed {
    ($($number:ty),*) => {$(
        impl Fixed for $number {
            fn put_all(values: &[Self], out: &mut Vec<u8>) {
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

fixed!(u8, u16, u32, u64, i32, i64, i128);

/// Mark and checksum.
const HEADER: usize = 16;

/// What can be kept.
pub trait Packed: Sized {
    /// Its form; another one for another form.
    const MARK: [u8; 8];

    /// Gives its lists away, always in the same order.
    fn pack<W: Write + Seek>(&self, out: &mut Pack<W>) -> io::Result<()>;
    /// Takes them in that order; `None` when they do not fit together.
    fn unpack(from: &mut Unpack<'_>) -> Option<Self>;
}

/// Writes a value, without a copy of it in memory.
pub fn write<T: Packed, W: Write + Seek>(value: &T, out: W) -> io::Result<W> {
    let mut pack = Pack { out, sum: Running::default() };
    pack.out.write_all(&[0; HEADER])?;
    value.pack(&mut pack)?;
    let Pack { mut out, sum } = pack;
    out.rewind()?;
    out.write_all(&T::MARK)?;
    out.write_all(&sum.hash().to_le_bytes())?;
    out.flush()?;
    Ok(out)
}

/// What [`write`] wrote; `None` when it is damaged or of another form.
pub fn from_bytes<T: Packed>(bytes: &[u8]) -> Option<T> {
    let (header, body) = bytes.split_at_checked(HEADER)?;
    if header[..8] != T::MARK || header[8..] != stable(body).to_le_bytes() {
        return None;
    }
    let mut unpack = Unpack { rest: body };
    let value = T::unpack(&mut unpack)?;
    unpack.rest.is_empty().then_some(value)
}

/// Takes lists.
pub struct Pack<W> {
    out: W,
    sum: Running,
}

impl<W: Write> Pack<W> {
    /// Adds a list.
    pub fn list<T: Fixed>(&mut self, values: &[T]) -> io::Result<()> {
        self.bytes(&(size_of_val(values) as u64).to_le_bytes())?;
        let mut part = Vec::new();
        for values in values.chunks(1 << 14) {
            part.clear();
            T::put_all(values, &mut part);
            self.bytes(&part)?;
        }
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.out.write_all(bytes)
    }
}

/// Gives them back in the same order.
pub struct Unpack<'a> {
    rest: &'a [u8],
}

impl Unpack<'_> {
    /// The next list.
    pub fn list<T: Fixed>(&mut self) -> Option<Vec<T>> {
        let (length, rest) = self.rest.split_first_chunk::<8>()?;
        let (bytes, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        self.rest = rest;
        T::read_all(bytes)
    }

    /// A list of one.
    pub fn one<T: Fixed>(&mut self) -> Option<T> {
        let list = self.list()?;
        if let [value] = list[..] { Some(value) } else { None }
    }
}
