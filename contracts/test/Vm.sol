// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice The cheat codes these tests use (forge-std on npm is unofficial and old).
interface Vm {
    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    function warp(uint256 timestamp) external;
    function roll(uint256 blockNumber) external;
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function assume(bool condition) external pure;
    function etch(address target, bytes calldata code) external;
    function cool(address target) external;
    function setBlockhash(uint256 blockNumber, bytes32 blockHash) external;
    function expectRevert(bytes calldata data) external;
    function expectRevert(bytes4 selector) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectEmit() external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function addr(uint256 key) external pure returns (address);
    function signP256(uint256 key, bytes32 digest) external pure returns (bytes32 r, bytes32 s);
    function publicKeyP256(uint256 key) external pure returns (uint256 x, uint256 y);
    function lastCallGas() external view returns (Gas memory);
    function snapshotValue(string calldata group, string calldata name, uint256 value) external;
    function envOr(string calldata name, bool fallbackValue) external view returns (bool);
    function readFile(string calldata path) external view returns (string memory);
    function writeFile(string calldata path, string calldata data) external;
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function toString(uint256 value) external pure returns (string memory);
    function toString(address value) external pure returns (string memory);
    function toString(bytes32 value) external pure returns (string memory);
    function chainId(uint256 id) external;
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

error NotEqual(string what, uint256 actual, uint256 expected);
error NotTrue(string what);

function assertEq(uint256 actual, uint256 expected, string memory what) pure {
    if (actual != expected) revert NotEqual(what, actual, expected);
}

function assertEq(address actual, address expected, string memory what) pure {
    if (actual != expected) revert NotEqual(what, uint160(actual), uint160(expected));
}

function assertEq(bytes32 actual, bytes32 expected, string memory what) pure {
    if (actual != expected) revert NotEqual(what, uint256(actual), uint256(expected));
}

function assertTrue(bool condition, string memory what) pure {
    if (!condition) revert NotTrue(what);
}

/// @notice A number in [low, high], from any number.
function bound(uint256 x, uint256 low, uint256 high) pure returns (uint256) {
    if (x >= low && x <= high) return x;
    unchecked {
        uint256 size = high - low + 1;
        return size == 0 ? x : low + x % size;
    }
}
